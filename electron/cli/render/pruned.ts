import type { Look } from '../terminal';
import { counted } from './format';
import { table } from './table';

/** How much prune removed, kind by kind. */
export function renderPruned(removed: Readonly<Record<string, number>>, look: Look): string {
  const kinds = Object.entries(removed);
  if (kinds.every(([, rows]) => rows === 0)) return 'Nothing was old enough to be removed.\n';
  return table(
    [{ title: 'Removed from' }, { title: 'How many', align: 'right' }],
    kinds.map(([kind, rows]) => [kind, counted(rows, 'row')]),
    look,
  );
}
