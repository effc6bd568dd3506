import type { Cause, Job, JobStatus, Origin } from '../../../shared/engine/documents';
import type { RunSummary } from '../../../shared/engine/reports';
import type { Look } from '../terminal';
import { ago, exactTime, keyText } from './format';
import { keyCell, limitOf, textCell } from './key-cell';
import { printable, quoted } from './printable';
import type { Tone } from './table';
import { table, toned } from './table';

const tones: Readonly<Record<JobStatus, Tone>> = {
  pending: 'plain',
  running: 'plain',
  completed: 'good',
  skipped: 'dim',
  conflict: 'warn',
  failed: 'bad',
};
const symbols: Readonly<Record<JobStatus, string>> = {
  pending: '…',
  running: '▶',
  completed: '✓',
  skipped: '–',
  conflict: '!',
  failed: '✗',
};

/** Who made a change, and where: `ana with booking-service @ operations`. */
function originText(origin: Origin): string {
  const who = origin.actor ?? origin.session_user ?? 'unknown';
  const application = origin.application === null || origin.application === '' ? '' : ` with ${origin.application}`;
  const run = origin.run === null ? '' : ` (run ${origin.run})`;
  return `${who}${application} @ ${origin.database}${run}`;
}

/** Through which runs a change came, and whose change they had carried, where that is certain. */
function causeText({ runs, change }: Cause): string {
  const carried =
    change === null
      ? '; which change it had carried cannot be told'
      : `, which carried the change of ${originText(change.origin)} (job ${change.job} of ${change.dataset})`;
  return `brought by run ${runs.join(', before that by run ')}${carried}`;
}

/** Jobs of the queue, newest first. */
export function renderQueue(jobs: readonly Job[], look: Look): string {
  if (jobs.length === 0) return 'No jobs.\n';
  return table(
    [
      { title: 'Job' },
      { title: 'Changed' },
      { title: 'Dataset' },
      { title: 'Entity' },
      { title: 'Change' },
      { title: 'Status' },
      { title: 'Origin' },
      { title: 'Note' },
    ],
    jobs.map((job) => [
      { text: job.id, tone: 'strong' },
      ago(job.data.origin.at, look.now),
      job.dataset,
      `${job.entity_type} ${keyCell(job.entity_key, 48, look)}`,
      job.data.operation,
      { text: `${symbols[job.status]} ${job.status}`, tone: tones[job.status] },
      originText(job.data.origin),
      textCell(job.last_error ?? job.note ?? '', 80, look),
    ]),
    look,
  );
}

/**
 * Every change of one entity: when, who, from where, what changed and what became of it.
 * @param last the last run or verification of the dataset, where it is known
 */
export function renderHistory(jobs: readonly Job[], look: Look, last?: RunSummary): string {
  if (jobs.length === 0) return renderNoHistory(look, last);
  return jobs
    .map((job) => {
      const { operation, before, after, origin } = job.data;
      const { cause } = job;
      const when = `${exactTime(origin.at)} (${ago(origin.at, look.now)})`;
      const facts = [
        origin.session_user === null ? null : `session user ${origin.session_user}`,
        origin.client === null ? null : `client ${origin.client}`,
        origin.transaction === null ? null : `transaction ${origin.transaction}`,
      ].filter((fact) => fact !== null);
      const outcome = [
        `job ${job.id} ${job.status}`,
        job.executed_at === null ? null : exactTime(job.executed_at),
        job.run === null ? null : `run ${job.run}`,
        job.note,
        job.last_error,
      ].filter((part) => part !== null);
      return [
        `${toned(`${operation} ${printable(keyText(job.entity_key))}`, 'strong', look)}  ${when}\n`,
        `  by ${printable(originText(origin))}\n`,
        cause === null || cause === undefined ? '' : `  ${printable(causeText(cause))}\n`,
        facts.length === 0 ? '' : `  ${toned(printable(facts.join(', ')), 'dim', look)}\n`,
        ...changedValues(before, after, limitOf(40, look)).map((line) => `  ${line}\n`),
        `  ${toned(symbols[job.status], tones[job.status], look)} ${printable(outcome.join(', '))}\n`,
      ].join('');
    })
    .join('\n');
}

function renderNoHistory(look: Look, last: RunSummary | undefined): string {
  const run =
    last === undefined
      ? ''
      : `The last ${last.kind === 'verify' ? 'verification' : 'run'} of its dataset was ${last.id}, ${ago(last.started_at, look.now)}.\n`;
  return `No changes of this entity are known. Full runs write what differs without a record for each row.\n${run}`;
}

type Values = Job['data']['before'];

function changedValues(before: Values, after: Values, limit: number): string[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names
    .filter((name) => before === null || after === null || before[name] !== after[name])
    .map((name) => {
      if (before === null) return `${printable(name)}: ${quoted(after?.[name], limit)}`;
      if (after === null) return `${printable(name)}: ${quoted(before[name], limit)}`;
      return `${printable(name)}: ${quoted(before[name], limit)} → ${quoted(after[name], limit)}`;
    });
}
