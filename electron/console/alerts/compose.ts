import { randomUUID } from 'node:crypto';
import type { Alert } from '../../../shared/contract/alert';
import type { Task } from '../../../shared/contract/task';
import { tellsOf } from '../../../shared/engine/overall-error';
import type { RunSummary } from '../../../shared/engine/reports';
import { areWithheld, leftOver } from './left-over';
import type { Part } from './left-over';

/** How runs of others end that are told of. */
export type OthersReason = 'failed' | 'partial' | 'interrupted';

/** A run of somebody else, with what became of each of its datasets where that was read too. */
export interface OthersRun {
  readonly run: RunSummary;
  readonly parts: readonly DatasetPart[] | null;
}

/** What became of one dataset in a run. */
type DatasetPart = Part & { readonly name: string; readonly error?: { readonly message: string } | null | undefined };

/** A run that shows no sign of life. */
export interface Stall {
  readonly environment: string;
  readonly run: string;
  readonly kind: Task['kind'];
  readonly datasets: readonly string[];
  /** Whose it is, where it is somebody else's. */
  readonly who: string | null;
  /** ISO time of its last sign. */
  readonly since: string;
}

const words: Readonly<Record<Alert['reason'], string>> = {
  failed: 'failed',
  partial: 'left something over',
  interrupted: 'was interrupted',
  stalled: 'makes no progress',
  cancelled: 'was cancelled',
  succeeded: 'succeeded',
};

/** A verification writes nothing, so it leaves nothing over. */
function wordsOf(reason: Alert['reason'], kind: Task['kind']): string {
  return kind === 'verify' && reason === 'partial' ? 'found differences' : words[reason];
}

const manyWords: Readonly<Record<OthersReason, string>> = {
  failed: 'failed',
  partial: 'left something over',
  interrupted: 'were interrupted',
};

/** What a system shows of a notice, and what a webhook is sent, has an end. */
const longestBody = 500;
const namesAtMost = 3;

/** A run or verification that has ended; null for anything else. */
export function alertOfTask(task: Task): Alert | null {
  if (task.state === 'working' || (task.kind !== 'run' && task.kind !== 'verify')) return null;
  const { document, environment, datasets, run, kind } = task;
  // The engine was lost with the run in the middle: there is no document of it.
  const crashed = document === null && task.error?.code === 'INTERNAL' && run !== null;
  // A verification is done where all that differs waits for somebody's approval, and yet that somebody has to know.
  const status =
    document !== null && document.status === 'succeeded' && areWithheld(document) ? 'partial' : document?.status;
  const reason = crashed ? 'interrupted' : (reasonOf(status) ?? 'failed');
  return alertOf({
    reason,
    environment,
    run,
    datasets,
    kind,
    parts: document?.datasets ?? null,
    error: task.error ?? document?.error ?? null,
  });
}

/** A run that shows no sign of life. */
export function alertOfStall(about: Stall): Alert {
  const still = `No progress since ${new Date(about.since).toLocaleTimeString('en-GB')}`;
  const message = about.who === null ? still : `${about.who}: ${still}`;
  return alertOf({ ...about, reason: 'stalled', parts: null, error: { message } });
}

/** Runs of one environment that others ran and that ended alike, newest first: one alert for all of them; null for none. */
export function alertOfOthers(reason: OthersReason, runs: readonly OthersRun[], environment: string): Alert | null {
  const [last] = runs;
  if (last === undefined) return null;
  const { id, kind, operator, host, datasets, error, counts } = last.run;
  const one = alertOf({
    reason,
    environment,
    run: id,
    datasets,
    kind,
    parts: last.parts,
    error: reason === 'interrupted' ? { message: 'its process ended in the middle' } : error,
    otherwise: leftOver({ datasets: [counts] }) ?? `it ${wordsOf(reason, kind)}`,
  });
  const body = shortened(`${operator} on ${host}: ${one.body}`);
  if (runs.length === 1) return { ...one, body };
  const all = [...new Set(runs.flatMap(({ run, parts }) => concerned(run.datasets, parts)))];
  return {
    ...one,
    run: null,
    datasets: all,
    title: `${environment}: ${String(runs.length)} ${manyOf(reason, runs)}`,
    body: shortened(`${all.length === 0 ? '' : `${named(all)}. `}The last one was of ${body}`),
  };
}

/** Several that ended alike, in words: "runs failed", "verifications found differences". */
function manyOf(reason: OthersReason, runs: readonly OthersRun[]): string {
  const verified = runs.filter(({ run }) => run.kind === 'verify').length;
  const what = verified === 0 ? 'runs' : verified === runs.length ? 'verifications' : 'runs and verifications';
  if (reason !== 'partial' || verified === 0) return `${what} ${manyWords[reason]}`;
  return `${what} ${verified === runs.length ? '' : `${manyWords.partial} or `}found differences`;
}

/** An alert as a webhook is sent it; the test of one is told from all others by its reason, and is of no environment. */
export type SentAlert = Omit<Alert, 'reason'> & { readonly reason: Alert['reason'] | 'test' };

/** The test of a webhook. A name such as "test" could be that of an environment: it has none. */
export function testMessage(): SentAlert {
  return { ...testAlert(), reason: 'test', environment: '' };
}

/** One that says that it is a test. */
export function testAlert(): Alert {
  const about = { reason: 'failed', environment: 'test', run: null, datasets: [], kind: 'run', parts: null } as const;
  return {
    ...alertOf({ ...about, error: { message: 'This is a test. Nothing has failed.' } }),
    title: 'Test of the AstroBookings Sync Console',
  };
}

/** Names as a person lists them: "a", "a and b", "a, b, c and 7 more". */
export function named(names: readonly string[]): string {
  const shown = names.length > namesAtMost + 1 ? names.slice(0, namesAtMost) : names;
  const left = names.length - shown.length;
  const all = left === 0 ? shown : [...shown, `${String(left)} more`];
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

function reasonOf(status: string | undefined): Alert['reason'] | null {
  return status === 'succeeded' || status === 'partial' || status === 'cancelled' || status === 'interrupted'
    ? status
    : null;
}

interface About {
  readonly reason: Alert['reason'];
  readonly environment: string;
  readonly run: string | null;
  readonly kind: Task['kind'];
  /** All of the run. */
  readonly datasets: readonly string[];
  readonly parts: readonly DatasetPart[] | null;
  /** Of the run as a whole. */
  readonly error: { readonly message: string } | null;
  /** Said where neither the run nor a dataset says more. */
  readonly otherwise?: string;
}

/** Names the datasets that it is about, each with its reason; where none stands out, those of the run. */
function alertOf({ reason, environment, run, kind, datasets, parts, error, otherwise }: About): Alert {
  const found = reasonsOf(parts);
  const work = kind === 'verify' ? 'verification' : 'run';
  const most = found.length === 0 || found.length === datasets.length;
  const of = datasets.length > namesAtMost ? ` of ${String(datasets.length)} datasets` : ` of ${named(datasets)}`;
  const where = most ? '' : `: ${named(found.map(({ name }) => name))}`;
  // The error of a whole run may be that of one dataset, with the names of the others.
  const again = found.length > 1 && found.some(({ what }) => error !== null && tellsOf(error.message, what));
  const reasons = found
    .filter(({ what }) => again || what !== error?.message)
    .map(({ name, what }) => (datasets.length === 1 ? what : `${name}: ${what.replace(`Dataset "${name}": `, '')}`));
  const said = [...(error === null || again ? [] : [error.message]), ...reasons];
  return {
    id: randomUUID(),
    at: new Date().toISOString(),
    environment,
    run,
    datasets: concerned(datasets, parts),
    reason,
    title: `${environment}: ${work}${datasets.length === 0 ? '' : of} ${wordsOf(reason, kind)}${where}`,
    body: shortened(said.length === 0 ? (otherwise ?? `The ${work} ${wordsOf(reason, kind)}`) : said.join('; ')),
    read: false,
  };
}

/** Of each dataset of which there is something to say: what. */
function reasonsOf(parts: readonly DatasetPart[] | null): readonly { readonly name: string; readonly what: string }[] {
  return (parts ?? []).flatMap(({ name, error, ...part }) => {
    const what = error?.message ?? leftOver({ datasets: [part] });
    return what === null ? [] : [{ name, what }];
  });
}

function concerned(datasets: readonly string[], parts: readonly DatasetPart[] | null): string[] {
  const found = reasonsOf(parts).map(({ name }) => name);
  return found.length === 0 ? [...datasets] : found;
}

function shortened(text: string): string {
  return text.length > longestBody ? `${text.slice(0, longestBody - 1)}…` : text;
}
