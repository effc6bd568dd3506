import { readFileSync } from 'node:fs';
import type { Bench } from './bench';

const ticksPerSecond = 100;

/**
 * Seconds of processor time that the servers and the ended children of this process have used so far, or null where /proc does
 * not tell. Waiting for a busy machine is not in it, so it compares two ways of doing the same work also where others measure.
 */
export async function cpuSeconds({ postgres }: Pick<Bench, 'postgres'>): Promise<number | null> {
  // A backend is counted to its postmaster once that has seen it end.
  await new Promise((resolve) => setTimeout(resolve, 200));
  try {
    const ticks = usedBy('self', 'children') + usedBy(postgres.pid, 'both') + sum(childrenOf(postgres.pid));
    return ticks / ticksPerSecond;
  } catch {
    return null;
  }
}

function sum(pids: readonly number[]): number {
  return pids.reduce((total, pid) => {
    try {
      return total + usedBy(pid, 'own');
    } catch {
      return total;
    }
  }, 0);
}

/** proc(5): utime, stime, cutime and cstime are fields 14 to 17; the second, in parentheses, may hold blanks. */
function usedBy(pid: number | 'self', what: 'own' | 'children' | 'both'): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields;
  return (what === 'children' ? 0 : user + system) + (what === 'own' ? 0 : childUser + childSystem);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

/** Does some work; gives what it gives with the processor time that it took (NaN where that is unknown). */
export async function withCpu<T>(
  bench: Bench,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly cpu: number }> {
  const before = await cpuSeconds(bench);
  const result = await work();
  const after = await cpuSeconds(bench);
  return { result, cpu: before === null || after === null ? NaN : after - before };
}
