import type { DatasetStatus, StatusReport } from '../../../../shared/engine/reports';
import type { Tone } from '../../components/badge';
import { counted } from '../../format/number';

/** What a person should do next about a dataset. */
export type NextAction = 'install' | 'sync' | 'preview' | 'look' | 'acknowledge' | 'wait';

export interface DatasetState {
  readonly tone: Tone;
  readonly text: string;
  /** more about it, in words */
  readonly detail: string | null;
  readonly next: NextAction;
  /** the greater, the more it wants attention */
  readonly rank: number;
}

/** Changes that wait: in the queue, or captured and not yet there. null where neither is known. */
export function waiting({ backlog, unrelayed }: DatasetStatus): number | null {
  return backlog === null && unrelayed === null ? null : (backlog ?? 0) + (unrelayed ?? 0);
}

/** Changes that wait in all: one that several datasets read is captured once. */
export function waitingInAll({ datasets, sources }: StatusReport): number {
  const jobs = datasets.reduce((sum, { backlog }) => sum + (backlog ?? 0), 0);
  return sources.reduce((sum, { unrelayed }) => sum + (unrelayed ?? 0), jobs);
}

/**
 * Changes that wait in these datasets. What is captured but not yet in the queue is known for each dataset and for each source as a
 * whole: where several of the datasets read one source, the number is exact only when it is the same either way.
 */
export function waitingIn(
  { datasets, sources }: StatusReport,
  names: readonly string[],
): { readonly count: number; readonly exact: boolean } {
  const concerned = datasets.filter(({ name }) => names.includes(name));
  let count = concerned.reduce((sum, { backlog }) => sum + (backlog ?? 0), 0);
  let exact = true;
  for (const { database, unrelayed: whole } of sources) {
    const each = concerned
      .filter(({ source }) => source === database || source.startsWith(`${database} `))
      .map(({ unrelayed }) => unrelayed ?? 0);
    const sum = each.reduce((total, one) => total + one, 0);
    const most = Math.min(sum, whole ?? sum);
    const all = concerned.length === datasets.length;
    if (!all && most !== Math.max(0, ...each)) exact = false;
    count += most;
  }
  return { count, exact };
}

/** The one thing about a dataset that matters most, the most urgent first. */
export function datasetState(dataset: DatasetStatus, running: boolean): DatasetState {
  const {
    error,
    installed,
    baseline,
    gap_reason: gap,
    gap_closed_by: cure,
    withheld,
    failed,
    last_run: last,
    differences,
  } = dataset;
  const waits = waiting(dataset) ?? 0;
  if (running) return { tone: 'info', text: 'Syncing', detail: null, next: 'wait', rank: 5 };
  if (error !== null) return { tone: 'bad', text: 'Error', detail: error.message, next: 'look', rank: 9 };
  if (installed === false)
    return {
      tone: 'warn',
      text: 'Not installed',
      detail: 'Its changes are not captured yet.',
      next: 'install',
      rank: 8,
    };
  if (baseline === 'gap' && cure === 'acknowledgement')
    return {
      tone: 'bad',
      text: 'Entries lost',
      detail: gap ?? 'Entries of the stream were lost: only their writer can bring them back.',
      next: 'acknowledge',
      rank: 9,
    };
  if (baseline === 'gap')
    return {
      tone: 'warn',
      text: 'Gap',
      detail: gap ?? 'Changes may be missing: only a full run brings it into line.',
      next: 'preview',
      rank: 7,
    };
  if (last?.status === 'failed') return { tone: 'bad', text: 'Last run failed', detail: null, next: 'sync', rank: 8 };
  if (baseline === 'none')
    return {
      tone: 'idle',
      text: 'Never synced',
      detail: 'The first run compares all of it.',
      next: 'preview',
      rank: 6,
    };
  if ((failed ?? 0) > 0)
    return {
      tone: 'bad',
      text: `${counted(failed ?? 0, 'row')} failed`,
      detail: 'They are not tried again by themselves. See why in the queue, and retry them there.',
      next: 'look',
      rank: 8,
    };
  if ((withheld ?? 0) > 0)
    return {
      tone: 'warn',
      text: `${counted(withheld ?? 0, 'delete')} withheld`,
      detail: 'They wait for your approval in a preview.',
      next: 'preview',
      rank: 6,
    };
  if ((differences ?? 0) > 0 && waits === 0)
    return {
      tone: 'warn',
      text: 'Differs',
      detail: `${counted(differences ?? 0, 'row')} differed when it was last verified.`,
      next: 'preview',
      rank: 6,
    };
  if (waits > 0) return { tone: 'info', text: 'Changes wait', detail: null, next: 'sync', rank: 3 };
  return { tone: 'good', text: 'In line', detail: null, next: 'sync', rank: 1 };
}

/** Of these datasets (none: of all) those that want a look at a preview before they are synced. */
export function wantLook(
  { datasets }: Pick<StatusReport, 'datasets'>,
  names: readonly string[],
): readonly DatasetStatus[] {
  return datasets.filter(
    (dataset) =>
      (names.length === 0 || names.includes(dataset.name)) && datasetState(dataset, false).next === 'preview',
  );
}
