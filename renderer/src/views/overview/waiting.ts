import type { DatasetStatus, StatusReport } from '../../../../shared/engine/reports';
import type { Waiting } from '../../../../shared/engine/waiting-words';

/** Changes that wait: in the queue, or captured and not yet there. null where neither is known. */
export function waiting({ backlog, unrelayed }: DatasetStatus): number | null {
  return backlog === null && unrelayed === null ? null : (backlog ?? 0) + (unrelayed ?? 0);
}

/** Entries of a stream that wait: what is captured in a database is counted with that, once. */
function inStream({ source, unrelayed }: DatasetStatus, sources: StatusReport['sources']): number {
  return sources.some(({ database }) => isOf(source, database)) ? 0 : (unrelayed ?? 0);
}

const isOf = (source: string, database: string): boolean => source === database || source.startsWith(`${database} `);

/** Changes that wait in all: one that several datasets read is captured once. */
export function waitingInAll(report: StatusReport): Waiting {
  return waitingIn(
    report,
    report.datasets.map(({ name }) => name),
  );
}

/**
 * Changes that wait in these datasets. What is captured but not yet in the queue is known for each dataset and for each source as a
 * whole: where several of the datasets read one source, the number is exact only when it is the same either way.
 */
export function waitingIn({ datasets, sources }: StatusReport, names: readonly string[]): Waiting {
  const concerned = datasets.filter(({ name }) => names.includes(name));
  let captured = concerned.reduce((sum, dataset) => sum + inStream(dataset, sources), 0);
  let exact = true;
  for (const { database, unrelayed: whole } of sources) {
    const each = concerned.filter(({ source }) => isOf(source, database)).map(({ unrelayed }) => unrelayed ?? 0);
    const sum = each.reduce((total, one) => total + one, 0);
    const most = Math.min(sum, whole ?? sum);
    const all = concerned.length === datasets.length;
    if (!all && most !== Math.max(0, ...each)) exact = false;
    captured += most;
  }
  const queued = concerned.reduce((sum, { backlog }) => sum + (backlog ?? 0), 0);
  return { queued, rows: rowsOf(concerned), captured, exact };
}

/** The rows that the jobs of these datasets are of; null where those of one were not counted. */
function rowsOf(datasets: readonly DatasetStatus[]): number | null {
  let sum = 0;
  for (const { backlog, backlog_rows: rows } of datasets) {
    if ((rows ?? null) === null && (backlog ?? 0) > 0) return null;
    sum += rows ?? 0;
  }
  return sum;
}
