import { describe, expect, it } from 'vitest';
import type { ResolvedDataset, Table } from '../dataset/resolved';
import { stagesOf } from './order';

function table(name: string, references: string[] = []): Table {
  return {
    schema: 'public',
    name,
    oid: name,
    kind: 'r',
    columns: [],
    uniqueKeys: [],
    foreignKeys: references.map((parent) => ({
      name: `${name}_${parent}`,
      columns: ['parent'],
      references: { schema: 'public', name: parent },
      referencedColumns: ['id'],
      deferrable: false,
    })),
    beforeTriggers: { insert: false, update: false, delete: false },
    partitions: [],
    estimatedRows: 0,
  };
}

function dataset(
  name: string,
  source: readonly [string, Table],
  target: readonly [string, Table],
  more: { dependsOn?: Table[]; inverseOf?: string } = {},
): ResolvedDataset {
  return {
    definition: {
      name,
      source: { database: source[0], table: source[1].name },
      target: { database: target[0], table: target[1].name },
      on_delete: 'delete',
      write: 'upsert',
      capture: 'values',
      guard: false,
      ...(more.inverseOf === undefined ? {} : { inverse_of: more.inverseOf }),
    },
    name,
    jobType: `${name}_sync`,
    entityType: name,
    source: { engine: 'postgres', database: source[0], table: source[1], from: source[1].name, where: null },
    target: { engine: 'postgres', database: target[0], table: target[1], updateWhere: null },
    key: [],
    columns: [],
    dependencies: (more.dependsOn ?? []).map((of) => ({ table: of, keysSql: null, mappingColumns: [] })),
    masked: [],
    reads: [],
    fingerprint: name,
  };
}

const names = (stages: ResolvedDataset[][]): string[][] => stages.map((stage) => stage.map((d) => d.name));

describe('stagesOf', () => {
  it('puts parents before children by the foreign keys of the targets, whatever the order given', () => {
    const child = dataset('child', ['a', table('c')], ['b', table('c', ['p'])]);
    const parent = dataset('parent', ['a', table('p')], ['b', table('p')]);
    expect(names(stagesOf([child, parent]))).toEqual([['parent', 'child']]);
  });

  it('puts a dataset that reads what another one writes into a later stage', () => {
    const cards = dataset('cards', ['b', table('bookings')], ['c', table('cards')], {
      dependsOn: [table('travelers')],
    });
    const travelers = dataset('travelers', ['a', table('users')], ['b', table('travelers')]);
    expect(names(stagesOf([cards, travelers]))).toEqual([['travelers'], ['cards']]);
  });

  it('runs a dataset after its declared inverse', () => {
    const out = dataset('out', ['b', table('x')], ['a', table('y')], { inverseOf: 'in' });
    const into = dataset('in', ['a', table('y')], ['b', table('x')]);
    expect(names(stagesOf([out, into]))).toEqual([['in'], ['out']]);
  });

  it('cuts a cycle instead of losing a dataset', () => {
    const one = dataset('one', ['a', table('x')], ['b', table('y')]);
    const two = dataset('two', ['b', table('y')], ['a', table('x')]);
    expect(
      names(stagesOf([one, two]))
        .flat()
        .sort(),
    ).toEqual(['one', 'two']);
  });
});
