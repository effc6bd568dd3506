import { readFileSync } from 'node:fs';

/**
 * Kills a process with SIGKILL and, on Linux, its children with it. PostgreSQL's backends leave their postmaster's process group,
 * and one that is busy would go on for a while without it.
 */
export function killTree(pid: number): void {
  const children = childrenOf(pid);
  for (const process of [pid, ...children]) kill(process);
}

function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').trim();
    return list === '' ? [] : list.split(' ').map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}
