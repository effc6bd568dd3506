import type { Look } from '../terminal';
import { counted } from './format';
import { printable } from './printable';
import { toned } from './table';

/** What the queue does not show yet: a line for each database with captured changes that have no jobs, or that could not be asked. */
export function renderUnrelayed(
  databases: readonly { readonly database: string; readonly changes: number | null }[],
  look: Look,
): string {
  const lines = databases.flatMap(({ database, changes }) => {
    if (changes === 0) return [];
    return changes === null
      ? `${printable(database)} could not be asked for changes that are not yet in the queue.`
      : `${counted(changes, 'change')} of ${printable(database)} ${changes === 1 ? 'is' : 'are'} captured but not yet in the queue; ` +
          'plan, run or verify fetch them.';
  });
  return lines.map((line) => `${toned('!', 'warn', look)} ${line}\n`).join('');
}
