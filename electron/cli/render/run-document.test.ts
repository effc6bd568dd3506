import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { DatasetDocument, RunDocument } from '../../../shared/engine/documents';
import { datasetInLine } from '../../../shared/engine/testing/dataset-in-line';
import { renderDocumentError, renderPlan, renderRun, renderVerification } from './run-document';

const look = { colors: createColors(false), columns: 100, now: 0 };

function document(facts: Partial<RunDocument>, ...datasets: Partial<DatasetDocument>[]): RunDocument {
  return {
    ok: true,
    id: '17',
    status: 'succeeded',
    datasets: datasets.map((dataset) => datasetInLine({ name: 'launches', duration_ms: 1200, ...dataset })),
    error: null,
    ...facts,
  };
}

describe('a plan', () => {
  const plan = document(
    { status: 'succeeded' },
    {
      verified: null,
      differences: null,
      inserted: 1200,
      updated: 3,
      withheld: 312,
      planned: 1515,
      samples: [
        { key: { id: '7' }, operation: 'update', columns: { mission: ['Old', 'New'], price: [null, '1.00'] } },
        { key: { id: '8' }, operation: 'insert', columns: { mission: [null, 'Ares'] } },
        { key: { id: '9' }, operation: 'delete' },
      ],
    },
  );
  const text = renderPlan(plan, 'staging', look);

  it('names itself and its environment', () => {
    expect(text.split('\n')[0]).toBe('Plan 17 for staging');
  });

  it('makes deletes stand out, with the consequence in numbers and the way to approve them', () => {
    expect(text).toContain('! 312 deletes of launches will be withheld: --approve-deletes 312 lets them go');
  });

  it('says to how many rows the changes come that it took up', () => {
    const few = document({}, { mode: 'incremental', changes: 25, changed_rows: 7, updated: 3, unchanged: 4 });
    expect(renderPlan(few, 'staging', look)).toContain('\n25 changes come to 7 rows: 3 updates, 4 equal already.\n');
  });

  it('shows samples field by field', () => {
    expect(text).toContain('~ update id=7  mission: "Old" → "New", price: null → "1.00"');
    expect(text).toContain('+ insert id=8  mission: "Ares"');
    expect(text).toContain('- delete id=9');
  });

  it('shows some of every operation, however many inserts come first', () => {
    const samples = [
      ...Array.from({ length: 19 }, (_, index) => ({ key: { id: `${index}` }, operation: 'insert' })),
      { key: { id: 'gone' }, operation: 'delete' },
    ];
    const lines = renderPlan(document({}, { samples }), 'staging', look)
      .split('for example\n')[1]
      ?.trimEnd()
      .split('\n');
    expect(lines).toHaveLength(5);
    expect(lines?.[0]).toBe('  - delete id=gone');
  });

  it('survives samples of an unknown form', () => {
    const strange = document({}, { samples: [{ operation: 7, key: 'x', columns: [1] }, { columns: { a: 'b' } }] });
    expect(renderPlan(strange, 'staging', look)).toContain('launches');
  });

  it('that is of some datasets alone says which it leaves out', () => {
    const error = { code: 'CONNECT_FAILED', message: 'Could not connect to cache (c:1): refused', hint: 'Check it.' };
    const partly = document({ ok: false, status: 'failed', error }, { inserted: 3 }, { name: 'cards', error });
    const shown = renderPlan(partly, 'staging', look);
    expect(shown).toContain('! The plan is of the others: astro-sync run --plan 17 applies it and leaves out cards');
    expect(shown).toContain('✗ cards: ');
    expect(renderPlan({ ...partly, id: null }, 'staging', look)).not.toContain('leaves out');
  });

  it('without datasets is a heading', () => {
    expect(renderPlan(document({ id: null }), 'staging', look)).toBe('No plan for staging\n');
  });
});

describe('a run', () => {
  it('shows columns for problems only where there are some', () => {
    const calm = renderRun(document({}, { inserted: 5, planned: 5 }), look);
    expect(calm).not.toMatch(/Withheld|Failed|Conflicts|Not attempted/);
    expect(calm).toContain('✓ equal');
    expect(calm).toContain('✓ succeeded  run 17');
    const troubled = renderRun(
      document({ ok: false, status: 'partial' }, { failed: 2, planned: 2, verified: true }),
      look,
    );
    expect(troubled).toContain('! 2');
    expect(troubled).toContain('✓ equal but 2 failed');
    expect(troubled).toContain('astro-sync run launches --retry-failed');
    expect(troubled).toContain('2 rows failed; see them with astro-sync errors --run 17 --dataset launches');
    expect(troubled).toContain('✗ partial');
  });

  it('tells an error of a dataset once, with its hint', () => {
    const error = { code: 'LEASE_HELD', message: 'ana holds it since 12:00', hint: 'Wait.' };
    const run = document({ ok: false, status: 'failed', error }, { error, verified: null });
    const text = renderRun(run, look) + renderDocumentError(run, look);
    expect(text.split('ana holds it').length - 1).toBe(1);
    expect(text).toContain('error LEASE_HELD: ana holds it since 12:00\nhint: Wait.');
  });

  it('tells the errors of several datasets once each, though that of the whole names them all', () => {
    const differs = (name: string) => ({ code: 'VERIFICATION_FAILED', message: `"${name}" differs`, hint: null });
    const error = { ...differs(''), message: '"a" differs. Not through either: b (verification failed)' };
    const found = document({ error }, { name: 'a', error: differs('a') }, { name: 'b', error: differs('b') });
    expect(renderDocumentError(found, look)).toBe('');
    expect(renderDocumentError({ ...found, datasets: [] }, look)).toContain('Not through either');
  });

  it('says what holds the horizon back', () => {
    const run = document({}, { held_back: { transactions: 1, oldest_age_s: 720, oldest_pid: 4711 } });
    expect(renderRun(run, look)).toContain(
      'launches: 1 open transaction on the source holds its horizon back for 12 min (oldest: pid 4711)',
    );
  });

  it('gives the time by phase', () => {
    const run = document({ phases_ms: { connect: 40, apply: 1500 } }, {});
    expect(renderRun(run, look)).toContain('run 17 · connect 40 ms, apply 1.5 s');
  });
});

describe('a verification', () => {
  it('counts differences and rows in flight apart', () => {
    const text = renderVerification(
      document({ ok: false, status: 'partial' }, { verified: false, differences: 4, in_flight: 2, unchanged: 100 }),
      look,
    );
    expect(text).toContain('✗ 4 differ');
    expect(text).toContain('! 4 rows differ in 1 dataset');
    expect(text).not.toContain('partial');
    expect(text).toContain('2 differ but have a change on the way; astro-sync run launches applies it');
  });
});
