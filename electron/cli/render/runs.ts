import type { RunDetail, RunSummary } from '../../../shared/engine/reports';
import { comparedByRun } from '../../../shared/engine/verdict';
import { renderError } from '../failure';
import type { Look } from '../terminal';
import { ago, counted, duration, exactTime, grouped } from './format';
import { printable } from './printable';
import { runSymbol, runTone, silentWords } from './run-symbols';
import { renderDoneWords } from './run-document';
import { renderSamples } from './samples';
import type { Cell, Tone } from './table';
import { table, toned } from './table';
import { verdictCell } from './verdict';

function number(value: number, tone: Tone = 'plain'): Cell {
  return value === 0 ? { text: '–', tone: 'dim' } : { text: grouped(value), tone };
}

/** Of one that is silent nobody knows how long it worked. */
function took({ started_at: start, ended_at: end, silent_since: silent = null }: RunSummary, now: number): string {
  if (silent !== null) return '?';
  return duration(Math.max(0, (end === null ? now : Date.parse(end)) - Date.parse(start)));
}

/** Runs, newest first. */
export function renderRuns(runs: readonly RunSummary[], look: Look): string {
  if (runs.length === 0) return 'No runs.\n';
  const listed = table(
    [
      { title: 'Run' },
      { title: 'Kind' },
      { title: 'Mode' },
      { title: 'Status' },
      { title: 'Started' },
      { title: 'Time', align: 'right' },
      { title: 'Operator' },
      { title: 'Inserted', align: 'right' },
      { title: 'Updated', align: 'right' },
      { title: 'Deleted', align: 'right' },
      { title: 'Withheld', align: 'right' },
      { title: 'Failed', align: 'right' },
      { title: 'Verified' },
      { title: 'Datasets' },
    ],
    runs.map((run) => [
      { text: run.id, tone: 'strong' },
      run.kind,
      run.mode,
      statusCell(run),
      `${exactTime(run.started_at)} (${ago(run.started_at, look.now)})`,
      took(run, look.now),
      `${run.operator} on ${run.host}`,
      number(run.counts.inserted),
      number(run.counts.updated),
      number(run.counts.deleted),
      number(run.counts.withheld, 'bad'),
      number(run.counts.failed, 'bad'),
      verdictCell(comparedByRun(run)),
      run.datasets.length > 3
        ? `${run.datasets.slice(0, 3).join(', ')} and ${run.datasets.length - 3} more`
        : run.datasets.join(', '),
    ]),
    look,
  );
  return listed + renderSilent(runs, look);
}

function statusCell({ status, silent_since: silent = null }: RunSummary): { text: string; tone: Tone } {
  return silent === null
    ? { text: `${runSymbol(status)} ${status}`, tone: runTone(status) }
    : { text: '! interrupted?', tone: 'warn' };
}

/** Runs whose program says nothing any more, where that may not be written down. */
function renderSilent(runs: readonly RunSummary[], look: Look): string {
  return runs
    .filter(({ silent_since: silent = null }) => silent !== null)
    .map(
      ({ id, silent_since: silent = null }) => `${toned('!', 'warn', look)} run ${id}: ${silentWords(silent, look)}\n`,
    )
    .join('');
}

/** One run: who, when, what it did to each dataset, and its timeline. */
export function renderRunDetail({ run, datasets, events, row_errors: rowErrors }: RunDetail, look: Look): string {
  const silent = run.silent_since ?? null;
  const ended = run.ended_at === null ? 'not ended' : `${exactTime(run.ended_at)}, after ${took(run, look.now)}`;
  const status = statusCell(run);
  return [
    `${toned(`${run.kind} ${run.id}`, 'strong', look)} ${toned(status.text, status.tone, look)}\n` +
      `mode ${run.mode}, by ${printable(run.operator)} on ${printable(run.host)} with ${printable(run.application)}\n` +
      `started ${exactTime(run.started_at)} (${ago(run.started_at, look.now)}), ended ${ended}\n` +
      (silent === null ? '' : `${toned('!', 'warn', look)} ${silentWords(silent, look)}\n`),
    datasets.length === 0 ? '' : renderRunDatasets(datasets, look),
    run.kind === 'run' ? renderDoneWords(datasets.map(({ counts, ...dataset }) => ({ ...counts, ...dataset }))) : '',
    run.kind === 'plan' ? '' : renderSamples(datasets, look),
    rowErrors === 0
      ? ''
      : `${toned('!', 'warn', look)} ${counted(rowErrors, 'row')} failed; see them with astro-sync errors --run ${run.id}\n`,
    events
      .map((event) => {
        const level = event.level === 'info' || event.level === 'debug' ? '' : `${event.level}: `;
        const dataset = event.dataset === null ? '' : `${event.dataset}: `;
        return `${toned(exactTime(event.at), 'dim', look)}  ${level}${dataset}${printable(event.message)}\n`;
      })
      .join(''),
    run.error === null ? '' : renderError(run.error, look),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function renderRunDatasets(datasets: RunDetail['datasets'], look: Look): string {
  return table(
    [
      { title: 'Dataset' },
      { title: 'Mode' },
      { title: 'Status' },
      { title: 'Inserted', align: 'right' },
      { title: 'Updated', align: 'right' },
      { title: 'Deleted', align: 'right' },
      { title: 'Unchanged', align: 'right' },
      { title: 'Withheld', align: 'right' },
      { title: 'Failed', align: 'right' },
      { title: 'Verified' },
      { title: 'Time', align: 'right' },
    ],
    datasets.map((dataset): Cell[] => [
      { text: dataset.name, tone: 'strong' },
      dataset.mode ?? '–',
      { text: `${runSymbol(dataset.status)} ${dataset.status}`, tone: runTone(dataset.status) },
      number(dataset.counts.inserted),
      number(dataset.counts.updated),
      number(dataset.counts.deleted),
      number(dataset.counts.unchanged),
      number(dataset.counts.withheld, 'bad'),
      number(dataset.counts.failed, 'bad'),
      verdictCell({ ...dataset, ...dataset.counts }),
      dataset.duration_ms === null ? '–' : duration(dataset.duration_ms),
    ]),
    look,
  );
}
