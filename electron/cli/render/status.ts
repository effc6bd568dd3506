import { notInitialised } from '../../../shared/engine/not-initialised';
import type { DatasetStatus, SourceStatus, StatusReport } from '../../../shared/engine/reports';
import { sinceWords } from '../../../shared/engine/verdict';
import { renderError } from '../failure';
import type { Look } from '../terminal';
import { ago, bytes, counted, duration, exactTime, grouped } from './format';
import { printable } from './printable';
import { runSymbol, runTone, silentWords } from './run-symbols';
import type { Cell, Tone } from './table';
import { table, toned, withoutEmptyColumns } from './table';
import { verdictCell } from './verdict';

/** The state of an environment as a person reads it. */
export function renderStatus(report: StatusReport, look: Look): string {
  const { environment, datasets, sources, running, warnings } = report;
  const access = environment.read_only ? ', read-only' : '';
  return [
    `${toned(environment.name, 'strong', look)} (${environment.level}${access})\n`,
    ...running.map(({ id, since, operator, host, datasets: names, silent_since: silent = null }) => {
      const by = `by ${printable(operator)} on ${printable(host)}: ${names.join(', ')}\n`;
      return silent === null
        ? `${toned('▶', 'good', look)} run ${id} since ${exactTime(since)} (${ago(since, look.now)}) ${by}`
        : `${toned('!', 'warn', look)} run ${id}: ${silentWords(silent, look)}; ${by}`;
    }),
    datasets.length === 0 ? 'No datasets.\n' : renderDatasets(datasets, look),
    renderDatasetNotes(datasets, look),
    sources.length === 0 ? '' : renderSources(sources, look),
    [
      ...sources.flatMap((source) =>
        source.warnings
          .filter((text) => datasets.every(({ error }) => error?.message !== text))
          .map((text) => `${source.database}: ${text}`),
      ),
      ...warnings,
    ]
      .map((text) => `${toned('!', 'warn', look)} ${printable(text)}\n`)
      .join(''),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function number(value: number | null, toneOfMany: Tone = 'plain'): Cell {
  if (value === null) return { text: '?', tone: 'dim' };
  return value === 0 ? { text: '–', tone: 'dim' } : { text: grouped(value), tone: toneOfMany };
}

function renderDatasets(datasets: readonly DatasetStatus[], look: Look): string {
  return withoutEmptyColumns(
    [
      { title: 'Dataset', cell: (dataset): Cell => ({ text: dataset.name, tone: 'strong' }) },
      { title: 'From → to', cell: (dataset) => `${dataset.source} → ${dataset.target}` },
      { title: 'Baseline', cell: baselineCell },
      { title: 'Backlog', align: 'right', cell: (dataset) => number(dataset.backlog) },
      {
        title: 'Of rows',
        align: 'right',
        shown: (dataset) => (dataset.backlog_rows ?? 0) > 0,
        cell: (dataset) => number(dataset.backlog_rows ?? null),
      },
      { title: 'Not relayed', align: 'right', cell: (dataset) => number(dataset.unrelayed) },
      {
        title: 'Oldest pending',
        cell: (dataset): Cell =>
          dataset.oldest_pending_at === null ? { text: '–', tone: 'dim' } : ago(dataset.oldest_pending_at, look.now),
      },
      {
        title: 'Withheld',
        align: 'right',
        shown: (dataset) => (dataset.withheld ?? 0) > 0,
        cell: (dataset) => number(dataset.withheld, 'bad'),
      },
      {
        title: 'Failed',
        align: 'right',
        shown: (dataset) => (dataset.failed ?? 0) > 0,
        cell: (dataset) => number(dataset.failed, 'bad'),
      },
      { title: 'Last run', cell: (dataset) => lastRunCell(dataset, look) },
      { title: 'Verified', cell: (dataset) => verifiedCell(dataset, look) },
    ],
    datasets,
    look,
  );
}

function baselineCell(dataset: DatasetStatus): Cell {
  if (dataset.installed === null) return { text: '? unknown', tone: 'dim' };
  if (!dataset.installed) return { text: '! not initialised', tone: 'warn' };
  if (dataset.baseline === 'gap') return { text: '! gap', tone: 'warn' };
  return dataset.baseline === 'none' ? { text: 'none', tone: 'dim' } : { text: '✓ current', tone: 'good' };
}

function lastRunCell({ last_run: last }: DatasetStatus, look: Look): Cell {
  if (last === null) return { text: 'never', tone: 'dim' };
  const when = last.ended_at === null ? '' : ` ${ago(last.ended_at, look.now)}`;
  const text = `${runSymbol(last.status)} ${last.status}${when}`;
  return { text, tone: runTone(last.status) };
}

/** What the last verification found stands with its time; what is known since is newer, and stands apart. */
function verifiedCell(dataset: DatasetStatus, look: Look): Cell {
  const { last_verification: last = null } = dataset;
  const failed = dataset.failed ?? 0;
  if (last === null)
    return failed === 0 ? { text: 'never', tone: 'dim' } : { text: `never, ${grouped(failed)} failed`, tone: 'bad' };
  const { text, tone } = verdictCell(last);
  const known = [`${text} ${ago(last.at, look.now)}`, ...sinceWords(last)].join('; ');
  return { text: known, tone: tone === 'good' && (dataset.differences ?? 0) > 0 ? 'bad' : tone };
}

function wayOut(dataset: DatasetStatus): string {
  const { name, gap_closed_by: closedBy, withheld_by: withheldBy } = dataset;
  const full = `astro-sync run ${name} --mode full`;
  if (withheldBy === 'empty_source')
    return `if the source is meant to be empty, ${full} --allow-empty-source closes it`;
  if (withheldBy === 'delete_guard') {
    const known = dataset.last_run?.counts.withheld ?? 0;
    if (known > 0) return `${full} --approve-deletes ${String(known)} closes it`;
    return `astro-sync plan ${name} --mode full counts them, ${full} --approve-deletes <n> closes it`;
  }
  return closedBy === 'acknowledgement'
    ? `once what was lost is written again, astro-sync acknowledge ${name} closes it`
    : `astro-sync run ${name} --mode full closes it`;
}

/** The datasets with just this error, as where one database cannot be reached: it is told once. */
function sharing(datasets: readonly DatasetStatus[], { error }: DatasetStatus): string[] {
  return datasets.filter((other) => error !== null && other.error?.message === error.message).map(({ name }) => name);
}

function renderDatasetNotes(datasets: readonly DatasetStatus[], look: Look): string {
  return datasets
    .map((dataset) => {
      const gap =
        dataset.gap_reason === null
          ? ''
          : `${toned('!', 'warn', look)} ${dataset.name}: gap, ${printable(dataset.gap_reason)}; ${wayOut(dataset)}\n`;
      const names = sharing(datasets, dataset);
      const error =
        dataset.error === null || names[0] !== dataset.name
          ? ''
          : `${toned('✗', 'bad', look)} ${names.join(', ')}: ${renderError(dataset.error, look)}`;
      const failed =
        (dataset.failed ?? 0) === 0
          ? ''
          : `${toned('!', 'warn', look)} ${dataset.name}: ${counted(dataset.failed ?? 0, 'row')} failed and not in line since; ` +
            `see astro-sync queue --dataset ${dataset.name} --status failed, then astro-sync run ${dataset.name} --retry-failed\n`;
      const waits = dataset.withheld ?? 0;
      const withheld =
        waits === 0 || gap !== ''
          ? ''
          : `${toned('!', 'warn', look)} ${dataset.name}: ${counted(waits, 'change')} withheld; ` +
            `astro-sync plan ${dataset.name} says what approves them (--approve-deletes)\n`;
      const open =
        dataset.installed !== false ? '' : `${toned('!', 'warn', look)} ${dataset.name}: ${notInitialised}\n`;
      return open + gap + withheld + failed + error;
    })
    .join('');
}

function renderSources(sources: readonly SourceStatus[], look: Look): string {
  return table(
    [
      { title: 'Source' },
      { title: 'Capture' },
      { title: 'Change log', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Oldest change' },
      { title: 'Held back by' },
    ],
    sources.map((source) => [
      { text: source.label, tone: 'strong' },
      captureCell(source),
      number(source.change_log_rows),
      source.change_log_bytes === null ? { text: '?', tone: 'dim' } : bytes(source.change_log_bytes),
      source.installed === null
        ? { text: '?', tone: 'dim' }
        : source.oldest_change_at === null
          ? { text: '–', tone: 'dim' }
          : ago(source.oldest_change_at, look.now),
      heldBackCell(source),
    ]),
    look,
  );
}

function captureCell({ installed }: SourceStatus): Cell {
  if (installed === null) return { text: '?', tone: 'dim' };
  return installed ? { text: '✓ on', tone: 'good' } : { text: '– off', tone: 'dim' };
}

function heldBackCell({ installed, held_back: heldBack }: SourceStatus): Cell {
  if (installed === null) return { text: '?', tone: 'dim' };
  if (heldBack === null || heldBack.transactions === 0) return { text: '–', tone: 'dim' };
  const age = heldBack.oldest_age_s === null ? '' : `, ${duration(heldBack.oldest_age_s * 1000)}`;
  const pid = heldBack.oldest_pid === null ? '' : `, pid ${heldBack.oldest_pid}`;
  return { text: `${counted(heldBack.transactions, 'transaction')}${age}${pid}`, tone: 'warn' };
}
