import type { RowErrorRecord } from '../../../shared/engine/reports';
import type { Look } from '../terminal';
import { ago } from './format';
import { keyCell, limitOf, textCell } from './key-cell';
import { quoted } from './printable';
import { table } from './table';

/** Rows that a run could not write, newest first. */
export function renderRowErrors(errors: readonly RowErrorRecord[], look: Look): string {
  if (errors.length === 0) return 'No row errors.\n';
  return table(
    [
      { title: 'When' },
      { title: 'Run' },
      { title: 'Dataset' },
      { title: 'Key' },
      { title: 'Operation' },
      { title: 'Column' },
      { title: 'Value' },
      { title: 'SQLSTATE' },
      { title: 'Reason' },
    ],
    errors.map((error) => [
      ago(error.at, look.now),
      error.run,
      { text: error.dataset, tone: 'strong' },
      keyCell(error.key, 60, look),
      error.operation,
      error.column ?? '–',
      error.value === null ? '–' : quoted(error.value, limitOf(40, look)),
      error.sqlstate,
      { text: textCell(error.reason, 160, look), tone: 'bad' },
    ]),
    look,
  );
}
