import Table from 'cli-table3';
import type { Look } from '../terminal';
import { printable } from './printable';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'dim' | 'strong';

/** One cell: text from anywhere (it is made safe here), and how it is toned. */
export interface ToneCell {
  readonly text: string;
  readonly tone: Tone;
}
export type Cell = string | ToneCell;

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Text in a tone; the text itself must say the same, since colour may be off. */
export function toned(text: string, tone: Tone, { colors }: Look): string {
  switch (tone) {
    case 'plain':
      return text;
    case 'good':
      return colors.green(text);
    case 'warn':
      return colors.yellow(text);
    case 'bad':
      return colors.red(text);
    case 'dim':
      return colors.dim(text);
    case 'strong':
      return colors.bold(text);
  }
}

/** An aligned table without borders; ends with a newline. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[], look: Look): string {
  const body = new Table({
    head: columns.map(({ title }) => toned(title, 'dim', look)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) {
    body.push(
      row.map((cell) => (typeof cell === 'string' ? printable(cell) : toned(printable(cell.text), cell.tone, look))),
    );
  }
  return `${body
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** Only the columns in which some row says something. */
export function withoutEmptyColumns<Row>(
  columns: readonly (TableColumn & { readonly cell: (row: Row) => Cell; readonly shown?: (row: Row) => boolean })[],
  rows: readonly Row[],
  look: Look,
): string {
  const shown = columns.filter((column) => column.shown === undefined || rows.some(column.shown));
  return table(
    shown,
    rows.map((row) => shown.map((column) => column.cell(row))),
    look,
  );
}
