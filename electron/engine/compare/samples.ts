import { hiddenValue } from '../../../shared/engine/hidden-value';
import type { Client } from 'pg';
import { columnText, keyTexts } from '../dataset/projection';
import type { Side } from '../dataset/projection';
import type { Difference, EntityKey } from '../run/driver';
import type { Comparison } from './comparison';
import { selectRows } from './digest';
import { keyText } from '../dataset/key-text';
import { isDataError } from './server-errors';
import { spanOfKeys } from './span';

/** A value as it is shown, and a sum of all of it: the difference may lie beyond what is shown. */
interface Image {
  readonly text: string | null;
  readonly sum: string | null;
}

const nothing: Image = { text: null, sum: null };

/** Shows some differences column by column: what the target holds, and what the source says. Masked columns show only that they differ. */
export async function describeDifferences(
  comparison: Comparison,
  found: readonly { readonly key: EntityKey; readonly operation: Difference['operation'] }[],
): Promise<Difference[]> {
  if (found.length === 0) return [];
  const { policy, source, target, restoreSource } = comparison;
  const { dataset: ds } = policy;
  const keys = found.map(({ key }) => key);
  const [wanted, held] = await Promise.all([
    imagesOf(comparison, source, 'source', keys).catch(async (error: unknown) => {
      if (!isDataError(error)) throw error;
      await restoreSource();
      return new Map<string, readonly Image[]>();
    }),
    imagesOf(comparison, target, 'target', keys),
  ]);
  return found.map(({ key, operation }) => {
    const [before, after] = [held.get(keyText(key)), wanted.get(keyText(key))];
    const columns = ds.columns.flatMap(({ name, masked }, index) => {
      const [old, now] = [before?.[index] ?? nothing, after?.[index] ?? nothing];
      if (old.sum === now.sum) return [];
      const shown = (image: Image): string | null => (masked && image.text !== null ? hiddenValue : image.text);
      return [[name, [shown(old), shown(now)] as const] as const];
    });
    return { key: keyRecord(comparison, key), operation, columns: Object.fromEntries(columns) };
  });
}

async function imagesOf(
  { policy }: Comparison,
  client: Client,
  side: Side,
  keys: readonly EntityKey[],
): Promise<ReadonlyMap<string, readonly Image[]>> {
  const { dataset: ds } = policy;
  const texts = ds.columns.flatMap((column) => {
    const text = columnText(ds, column, side);
    return [`left(${text}, 200)`, `md5(${text})`];
  });
  const { rows } = await client.query<(string | null)[]>({
    text: selectRows(ds, side, [...keyTexts(ds, side), ...texts].join(', '), spanOfKeys(keys)),
    rowMode: 'array',
  });
  const width = ds.key.length;
  return new Map(
    rows.map((row) => [
      keyText(row.slice(0, width).map((text) => text ?? '')),
      ds.columns.map((_, index) => ({ text: row[width + 2 * index] ?? null, sum: row[width + 2 * index + 1] ?? null })),
    ]),
  );
}

/** The key as messages and documents show it: column → text. */
function keyRecord({ policy }: Comparison, key: EntityKey): Record<string, string> {
  return Object.fromEntries(
    policy.dataset.key.map(({ name, masked }, index) => [name, masked ? hiddenValue : (key[index] ?? '')]),
  );
}
