import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When the process with this id began, as an opaque word; null where no such process lives (one that has ended but was not yet
 * reaped does not live), `'0'` where this system does not say. An id with its start names a process for good: ids are reused.
 */
export function processStart(pid: number): string | null {
  if (process.platform === 'linux') return linuxProcessStart(pid);
  if (!answersToSignals(pid)) return null;
  if (process.platform === 'win32') return '0';
  try {
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } });
    return start.trim().replaceAll(/\W+/g, '_') || null;
  } catch {
    return null;
  }
}

/** Whether the process that had this id and this start still lives. */
export function isSameProcess(pid: number, start: string): boolean {
  return processStart(pid) === start;
}

/** Fields of /proc/<pid>/stat as in proc(5); the command's name stands in brackets and may hold spaces and brackets itself. */
function linuxProcessStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0] ?? 'X';
    return state === 'Z' || state === 'X' ? null : (fields[19] ?? '0');
  } catch {
    return null;
  }
}

function answersToSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
