import type { DatasetDocument, Phase, RunDocument } from '../../../shared/engine/documents';
import { tellsOf } from '../../../shared/engine/overall-error';
import { doneWords, plannedWords } from '../../../shared/engine/waiting-words';
import { renderError } from '../failure';
import type { Look } from '../terminal';
import { renderRunNotes } from './run-notes';
import { counted, duration, grouped } from './format';
import { renderSamples } from './samples';
import type { Cell, TableColumn } from './table';
import { toned, withoutEmptyColumns } from './table';
import { verdictCell } from './verdict';

type Column = TableColumn & {
  readonly cell: (dataset: DatasetDocument) => Cell;
  readonly shown?: (dataset: DatasetDocument) => boolean;
};

const name: Column = { title: 'Dataset', cell: (dataset) => ({ text: dataset.name, tone: 'strong' }) };
const mode: Column = { title: 'Mode', cell: (dataset) => dataset.mode ?? '–' };
const time: Column = { title: 'Time', align: 'right', cell: (dataset) => duration(dataset.duration_ms) };

function count(title: string, of: (dataset: DatasetDocument) => number): Column {
  return {
    title,
    align: 'right',
    cell: (dataset) => (of(dataset) === 0 ? { text: '–', tone: 'dim' } : grouped(of(dataset))),
  };
}

/** A count that asks for attention: absent where it is nought, marked where it is not. */
function problem(title: string, of: (dataset: DatasetDocument) => number): Column {
  return {
    title,
    align: 'right',
    shown: (dataset) => of(dataset) > 0,
    cell: (dataset) =>
      of(dataset) === 0 ? { text: '–', tone: 'dim' } : { text: `! ${grouped(of(dataset))}`, tone: 'bad' },
  };
}

/** A plan as a person reads it: what would be done to each dataset, deletes standing out, samples with what would change. */
export function renderPlan(plan: RunDocument, environment: string, look: Look): string {
  const columns: Column[] = [
    name,
    mode,
    { title: 'Baseline', cell: ({ baseline }) => (baseline === 'gap' ? { text: '! gap', tone: 'warn' } : baseline) },
    count('Insert', (dataset) => dataset.inserted),
    count('Update', (dataset) => dataset.updated),
    {
      title: 'Delete',
      align: 'right',
      cell: ({ deleted }) =>
        deleted === 0 ? { text: '–', tone: 'dim' } : { text: `! ${grouped(deleted)}`, tone: 'bad' },
    },
    count('Unchanged', (dataset) => dataset.unchanged),
    { ...count('Skip', (dataset) => dataset.skipped), shown: (dataset) => dataset.skipped > 0 },
    { ...count('Withheld', (dataset) => dataset.withheld), shown: (dataset) => dataset.withheld > 0 },
    problem('Conflicts', (dataset) => dataset.conflicted),
    problem('Would fail', (dataset) => dataset.failed),
    time,
  ];
  const title = plan.id === null ? 'No plan' : `Plan ${plan.id}`;
  const heading = `${toned(`${title} for ${environment}`, 'strong', look)}\n`;
  if (plan.datasets.length === 0) return heading;
  return [
    heading,
    withoutEmptyColumns(columns, plan.datasets, look),
    renderPlannedWords(plan),
    renderRunNotes('plan', plan, look),
    leftOut(plan, look),
    renderSamples(plan.datasets, look),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** A plan is kept for what could be counted. */
function leftOut({ id, datasets }: RunDocument, look: Look): string {
  const names = datasets.filter(({ error }) => (error ?? null) !== null).map((dataset) => dataset.name);
  if (id === null || names.length === 0) return '';
  return `${toned('!', 'warn', look)} The plan is of the others: astro-sync run --plan ${id} applies it and leaves out ${names.join(', ')}\n`;
}

/** What the changes are of in one line, what came of them in the next where both are too long for one. */
function inLines(words: string): string {
  return `${words.length < 100 ? words : words.replace(': ', ':\n  ')}.\n`;
}

function renderPlannedWords({ datasets }: RunDocument): string {
  const words = plannedWords(datasets);
  return words === null ? '' : inLines(words);
}

/** What the changes that a run took up came to, as a line of its own. */
export function renderDoneWords(datasets: Parameters<typeof doneWords>[0]): string {
  const words = doneWords(datasets);
  return words === null ? '' : inLines(words);
}

/** A run as a person reads it: what was done to each dataset, what is left and what to do about it. */
export function renderRun(run: RunDocument, look: Look): string {
  const columns: Column[] = [
    name,
    mode,
    count('Inserted', (dataset) => dataset.inserted),
    count('Updated', (dataset) => dataset.updated),
    count('Deleted', (dataset) => dataset.deleted),
    count('Unchanged', (dataset) => dataset.unchanged),
    { ...count('Skipped', (dataset) => dataset.skipped), shown: (dataset) => dataset.skipped > 0 },
    problem('Withheld', (dataset) => dataset.withheld),
    problem('Conflicts', (dataset) => dataset.conflicted),
    problem('Failed', (dataset) => dataset.failed),
    problem('Not attempted', (dataset) => dataset.not_attempted),
    { title: 'Verified', cell: verdictCell },
    time,
  ];
  return renderDone('run', run, columns, look);
}

/** A verification as a person reads it. */
export function renderVerification(verification: RunDocument, look: Look): string {
  const columns: Column[] = [
    name,
    { title: 'Verified', cell: verdictCell },
    count('Equal', (dataset) => dataset.unchanged),
    problem('Differences', (dataset) => dataset.differences ?? 0),
    { ...count('In flight', (dataset) => dataset.in_flight ?? 0), shown: (dataset) => (dataset.in_flight ?? 0) > 0 },
    time,
  ];
  return renderDone('verify', verification, columns, look);
}

function renderDone(kind: 'run' | 'verify', document: RunDocument, columns: Column[], look: Look): string {
  return [
    document.datasets.length === 0 ? '' : withoutEmptyColumns(columns, document.datasets, look),
    kind === 'run' ? renderDoneWords(document.datasets) : '',
    renderRunNotes(kind, document, look),
    kind === 'verify' ? renderSamples(document.datasets, look) : '',
    `${renderEnding(kind, document, look)}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function renderEnding(kind: 'run' | 'verify', document: RunDocument, look: Look): string {
  const took = Object.entries(document.phases_ms ?? {}) as [Phase, number][];
  const phases = took.map(([phase, ms]) => `${phase} ${duration(ms)}`).join(', ');
  const tail = [document.id === null ? '' : `run ${document.id}`, phases].filter((part) => part !== '').join(' · ');
  const found = kind === 'verify' && document.status === 'partial';
  const symbol = document.ok ? toned('✓', 'good', look) : found ? toned('!', 'warn', look) : toned('✗', 'bad', look);
  return `${symbol} ${toned(found ? whatDiffers(document) : document.status, 'strong', look)}${tail === '' ? '' : toned(`  ${tail}`, 'dim', look)}`;
}

/** A verification that found differences did its work: it says what it found. */
function whatDiffers({ datasets }: RunDocument): string {
  const rows = datasets.reduce((sum, dataset) => sum + (dataset.differences ?? 0), 0);
  const where = datasets.filter((dataset) => (dataset.differences ?? 0) > 0).length;
  return `${counted(rows, 'row')} ${rows === 1 ? 'differs' : 'differ'} in ${counted(where, 'dataset')}`;
}

/** The error of the whole document, unless a dataset already told it. */
export function renderDocumentError(document: RunDocument, look: Look): string {
  const { error, datasets } = document;
  if (error === null) return '';
  // It may name the other datasets as well, which have told theirs too.
  if (datasets.some((dataset) => tellsOf(error.message, dataset.error?.message ?? ''))) return '';
  return renderError(error, look);
}
