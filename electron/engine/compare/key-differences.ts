import type { Client } from 'pg';
import { keyTexts, rowHash } from '../dataset/projection';
import type { Side } from '../dataset/projection';
import type { Difference, EntityKey, PlanTally } from '../run/driver';
import { selectRows } from './digest';
import type { Policy } from './policy';
import type { Span } from './span';

/** Counts, entity by entity, how the target differs from the projection in a span, as the dataset's policies see it. */
export async function compareKeys(
  source: Client,
  target: Client,
  policy: Policy,
  span: Span,
  ignore: (key: EntityKey) => boolean,
  samplesWanted: number,
): Promise<PlanTally> {
  const [wanted, held] = await Promise.all([
    keyHashes(source, policy, 'source', span),
    keyHashes(target, policy, 'target', span),
  ]);
  const counts = { inserts: 0, updates: 0, deletes: 0, unchanged: 0, skipped: 0 };
  const samples: Difference[] = [];
  const note = (text: string, operation: Difference['operation']): void => {
    const key = JSON.parse(text) as EntityKey;
    if (ignore(key)) return;
    const allowed =
      operation === 'delete'
        ? policy.onDelete !== 'keep'
        : operation === 'insert'
          ? policy.write !== 'update'
          : policy.write !== 'insert';
    if (!allowed) {
      if (operation !== 'delete') counts.skipped += 1;
      return;
    }
    counts[`${operation}s`] += 1;
    if (samples.length < samplesWanted) samples.push({ key: keyRecord(policy, key), operation });
  };
  for (const [key, hash] of wanted) {
    const other = held.get(key);
    if (other === undefined) note(key, 'insert');
    else if (other !== hash) note(key, 'update');
    else counts.unchanged += 1;
  }
  for (const key of held.keys()) if (!wanted.has(key)) note(key, 'delete');
  return { ...counts, samples };
}

async function keyHashes(client: Client, policy: Policy, side: Side, span: Span): Promise<Map<string, string>> {
  const { dataset: ds, targetScope } = policy;
  const columns = `${rowHash(ds, side)}, ${keyTexts(ds, side).join(', ')}`;
  const { rows } = await client.query<string[]>({
    text: selectRows(ds, side, columns, span, side === 'target' ? targetScope : undefined),
    rowMode: 'array',
  });
  return new Map(rows.map(([hash, ...key]) => [JSON.stringify(key), hash ?? '']));
}

function keyRecord(policy: Policy, key: EntityKey): Record<string, string> {
  return Object.fromEntries(policy.dataset.key.map(({ name }, index) => [name, key[index] ?? '']));
}
