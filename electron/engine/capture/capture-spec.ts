import { SyncError } from '../errors';
import type { Subscription } from './subscriptions';
import type { TableFacts } from './table-facts';
import type { CapturedColumn } from './column-text';
import type { CaptureSpec } from './trigger-function';

/**
 * What must be recorded of a table so that every dataset subscribed to it gets what it needs: keys and mappings of all first,
 * then the values that any of them wants.
 * @throws SyncError COLUMN_MISSING, NOT_SUPPORTED
 */
export function captureSpec(facts: TableFacts, subscriptions: readonly Subscription[]): CaptureSpec {
  const kept = [...new Set(subscriptions.flatMap((subscription) => subscription.keyColumns))];
  const values = new Set(subscriptions.flatMap((subscription) => subscription.valueColumns));
  for (const name of kept) values.delete(name);
  const column = (name: string): CapturedColumn => {
    const found = facts.columns.find((candidate) => candidate.name === name);
    if (found !== undefined) return found;
    throw new SyncError('COLUMN_MISSING', `Table ${facts.schema}.${facts.name} has no column "${name}"`, {
      hint: 'Correct the definition of the dataset, then run "astro-sync init" again.',
      details: { table: `${facts.schema}.${facts.name}`, column: name, datasets: subscriptions.map((s) => s.dataset) },
    });
  };
  const isVirtual = (name: string): boolean => facts.columns.some((c) => c.name === name && c.virtual);
  const virtualKey = kept.find(isVirtual);
  if (virtualKey !== undefined) {
    throw new SyncError(
      'NOT_SUPPORTED',
      `Column "${virtualKey}" of ${facts.schema}.${facts.name} is virtual: its changes cannot be captured`,
      {
        hint: 'Key and mapping columns must be stored ones.',
      },
    );
  }
  return {
    schema: facts.schema,
    name: facts.name,
    columns: [...kept, ...[...values].filter((name) => !isVirtual(name)).sort()].map(column),
    kept: kept.length,
    pairing: facts.pairing.map(column),
  };
}
