import type { DatasetStatus, StatusReport } from '../../../../shared/engine/reports';
import type { Tone } from '../../components/badge';
import { capital } from '../../format/capital';
import { counted } from '../../format/number';
import { waiting } from './waiting';

/** What a person should do next about a dataset. */
export type NextAction =
  | 'install'
  | 'sync'
  | 'preview'
  /** a full run, through its preview */
  | 'full'
  /** a preview that compares all */
  | 'compare'
  | 'look'
  /** the jobs that failed */
  | 'failed'
  /** the last run */
  | 'run'
  | 'acknowledge'
  | 'wait';

export interface DatasetState {
  readonly tone: Tone;
  readonly text: string;
  /** more about it, in words */
  readonly detail: string | null;
  readonly next: NextAction;
  /** the greater, the more it wants attention */
  readonly rank: number;
}

/** Why nothing else can be done before that. */
export const installFirst = 'Install comes first';

/** True before anything is installed: there is no queue, and what waits nobody can know. */
export function isBeforeInstall({ datasets }: Pick<StatusReport, 'datasets'>): boolean {
  return datasets.length > 0 && datasets.every(({ installed, backlog }) => installed !== true && backlog === null);
}

/** The one thing about a dataset that matters most, the most urgent first. */
export function datasetState(dataset: DatasetStatus, running: boolean): DatasetState {
  if (running) return { tone: 'info', text: 'Syncing', detail: null, next: 'wait', rank: 5 };
  return unusable(dataset) ?? unfinished(dataset) ?? outOfLine(dataset);
}

/** Whether a run that has not ended gives signs of life. */
export function isAlive({ silent_since: silent = null }: StatusReport['running'][number]): boolean {
  return silent === null;
}

/** The same of a dataset in its environment, by the runs that are under way there. */
export function stateIn({ running }: Pick<StatusReport, 'running'>, dataset: DatasetStatus): DatasetState {
  const runs = running.filter(({ datasets }) => datasets.includes(dataset.name));
  const state = datasetState(dataset, runs.some(isAlive));
  // A verification leaves nothing in the middle.
  const silent = runs.some((run) => !isAlive(run) && run.id === dataset.last_run?.id);
  if (!silent || state.rank >= 7 || state.next === 'wait') return state;
  return {
    tone: 'warn',
    text: 'Probably interrupted',
    detail: 'Its last run gives no sign of life any more.',
    next: 'run',
    rank: 7,
  };
}

/** True where nothing speaks against it: brought into line by a run, and nothing waits, failed or differed since. */
export function isInLine(report: Pick<StatusReport, 'running'>, dataset: DatasetStatus): boolean {
  return stateIn(report, dataset).tone === 'good';
}

/** What keeps it from being synced at all, or by a plain run. */
function unusable(dataset: DatasetStatus): DatasetState | null {
  const { error, installed, baseline, gap_reason: gap, gap_closed_by: cure, withheld_by: guard } = dataset;
  if (error !== null) return { tone: 'bad', text: 'Error', detail: error.message, next: 'look', rank: 9 };
  if (installed === false)
    return {
      tone: 'warn',
      text: 'Not installed',
      detail: 'Its changes are not captured yet.',
      next: 'install',
      rank: 8,
    };
  if (installed === null)
    return { tone: 'warn', text: 'Not known', detail: 'Its source could not be asked.', next: 'look', rank: 7 };
  if (baseline !== 'gap') return null;
  if (cure === 'acknowledgement')
    return {
      tone: 'bad',
      text: 'Entries lost',
      detail: gap ?? 'Entries of the stream were lost: only their writer can bring them back.',
      next: 'acknowledge',
      rank: 9,
    };
  if ((guard ?? null) !== null)
    return {
      tone: 'warn',
      text: 'Deletes withheld',
      detail: capital(`${gap ?? 'deletes were withheld'}. They wait for your approval in a preview.`),
      next: 'preview',
      rank: 7,
    };
  return {
    tone: 'warn',
    text: 'Needs a full run',
    detail: gap === null ? 'Changes may be missing: only a full run brings it into line.' : withoutCommand(gap),
    next: 'full',
    rank: 7,
  };
}

/** What its last run left. */
function unfinished(dataset: DatasetStatus): DatasetState | null {
  const { baseline, failed, withheld, last_run: last } = dataset;
  const proved = provedSince(dataset);
  if (last?.status === 'failed' && !proved)
    return { tone: 'bad', text: 'Last run failed', detail: null, next: 'run', rank: 8 };
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
      detail: 'They are not tried again by themselves.',
      next: 'failed',
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
  if (last?.status === 'interrupted' && !proved)
    return {
      tone: 'warn',
      text: 'Interrupted',
      detail: 'Its last run ended in the middle; the next one goes on from there.',
      next: 'sync',
      rank: 7,
    };
  return null;
}

/** How far its target is known to be from its source. */
function outOfLine(dataset: DatasetStatus): DatasetState {
  const { differences, given_up: givenUp = 0, in_flight: onTheWay = 0, last_run: last } = dataset;
  const verified = dataset.last_verified_at;
  const waits = waiting(dataset) ?? 0;
  if ((differences ?? 0) > 0)
    return {
      tone: 'warn',
      text: 'Differs',
      detail: differing(differences ?? 0, givenUp),
      next: 'compare',
      rank: 6,
    };
  if (waits > 0)
    return {
      tone: 'info',
      text: 'Changes wait',
      detail: onTheWay > 0 ? `${counted(onTheWay, 'row')} differed when verified, with a change on the way.` : null,
      next: 'sync',
      rank: 3,
    };
  if (last === null && verified === null)
    return { tone: 'idle', text: 'Never run', detail: 'Its first run takes what is there.', next: 'sync', rank: 4 };
  if (last !== null && (last.status === 'cancelled' || last.status === 'partial') && !provedSince(dataset))
    return {
      tone: 'warn',
      text: last.status === 'cancelled' ? 'Last run cancelled' : 'Last run partial',
      detail: 'What is left of it is in the run.',
      next: 'run',
      rank: 5,
    };
  return { tone: 'good', text: 'In line', detail: null, next: 'sync', rank: 1 };
}

function differing(differences: number, givenUp: number): string {
  const when = 'when all of it was last verified';
  if (givenUp === 0) return `${counted(differences, 'row')} differed ${when}.`;
  return differences > givenUp
    ? `${counted(differences, 'row')} differed ${when}, or had a change skipped since.`
    : `${counted(givenUp, 'row')} may differ: a change was skipped, and nothing was compared since.`;
}

/** Verified as a whole after its last run, and found equal: then what that run left does not matter any more. */
function provedSince({ last_run: last, last_verified_at: at, differences }: DatasetStatus): boolean {
  if (last === null || at === null || differences !== 0) return false;
  return last.ended_at !== null && Date.parse(at) > Date.parse(last.ended_at);
}

/** True where a captured table is not any more as it was when capture was installed: installing again puts that right. */
export function captureIsOld({ gap_reason: gap }: Pick<DatasetStatus, 'gap_reason'>): boolean {
  return gap?.includes('astro-sync init') ?? false;
}

/** The page has a button where the engine names a command. */
const withoutCommand = (reason: string): string => reason.replace(/; run "astro-sync init"$/, '');

/** More than its captured changes is to be done, or less may be: that is looked at before. */
function wantsLook({ error, installed, baseline, gap_closed_by: cure, withheld }: DatasetStatus): boolean {
  if (error !== null) return false;
  return installed === false || (baseline !== 'current' && cure !== 'acknowledgement') || (withheld ?? 0) > 0;
}

/** Of these datasets (none: of all) those that want a look at a preview before they are synced. */
export function wantLook(
  { datasets }: Pick<StatusReport, 'datasets'>,
  names: readonly string[],
): readonly DatasetStatus[] {
  return datasets.filter((dataset) => (names.length === 0 || names.includes(dataset.name)) && wantsLook(dataset));
}
