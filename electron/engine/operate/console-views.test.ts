import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetDetailSchema } from '../../../shared/contract/methods/datasets';
import { explanationSchema, originsSchema } from '../../../shared/contract/methods/origins';
import { errorGroupSchema, runLogEntrySchema } from '../../../shared/contract/methods/runs';
import { jobSchema } from '../../../shared/engine/documents';
import { loadDatasets } from '../dataset/load';
import type { Engine } from './api';
import { summaryOf } from './dataset-summary';
import { definitionText } from './definition-text';
import type { TestBench } from './test-bench';
import { cards, openSeats, seats } from './test-seats';

describe('what the views of a console ask of the engine', () => {
  let bench: TestBench;
  let engine: Engine;
  let failedRun = '';

  beforeAll(async () => {
    ({ bench, engine, failedRun } = await openSeats());
  });

  afterAll(() => bench.close());

  it('shows the log of a run by level, page by page', async () => {
    const all = await engine.runLog({ run: failedRun, level: 'debug', limit: 1000 });
    expect(all.length).toBeGreaterThan(0);
    all.forEach((entry) => runLogEntrySchema.parse(entry));
    const first = await engine.runLog({ run: failedRun, level: 'debug', limit: 1 });
    expect(await engine.runLog({ run: failedRun, level: 'debug', after: first[0]!.id, limit: 1000 })).toEqual(
      all.slice(1),
    );
    expect(await engine.runLog({ run: failedRun, level: 'error', limit: 1000 })).toEqual(
      all.filter(({ level }) => level === 'error'),
    );
    await expect(engine.runLog({ run: 'x', level: 'info', limit: 1 })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });

  it('groups bad rows by what is wrong with them, and lists those of one cause', async () => {
    const groups = await engine.errorGroups(failedRun);
    groups.forEach((group) => errorGroupSchema.parse(group));
    expect(groups).toMatchObject([{ dataset: 'seats', sqlstate: '23514', count: 2 }]);
    const { reason, sqlstate } = groups[0]!;
    const errors = await engine.errors({ run: failedRun, sqlstate, reason, limit: 10 });
    expect(errors.map(({ key }) => key['id']).sort()).toEqual(['3', '4']);
    expect(await engine.errors({ run: failedRun, before: errors[0]!.id, limit: 10 })).toEqual(errors.slice(1));
    expect(await engine.errors({ run: failedRun, reason: 'another', limit: 10 })).toEqual([]);
    expect(await engine.errors({ run: failedRun, column: '', limit: 10 })).toEqual([]);
    // One column may be refused by several constraints, whose names differ in a number alone.
    const refused = (name: string) => `new row for relation "seats" violates check constraint "${name}"`;
    await bench.system.query(
      `INSERT INTO astro_sync.row_error (run_id, dataset, key, operation, column_name, value, sqlstate, reason)
       SELECT $1, 'walls', '{"id": "1"}', 'insert', 'place', NULL, '23514', reason FROM unnest($2::text[]) AS reason`,
      [failedRun, [refused('seats_check1'), refused('seats_check2'), refused('seats_check2')]],
    );
    const causes = (await engine.errorGroups(failedRun)).filter(({ dataset }) => dataset === 'walls');
    expect(causes).toMatchObject([{ reason: refused('seats_check2'), count: 2 }, { count: 1 }]);
    const other = { run: failedRun, dataset: 'walls', reason: refused('seats_check1'), limit: 10 };
    expect(await engine.errors(other)).toHaveLength(1);
    await bench.system.query(`DELETE FROM astro_sync.row_error WHERE dataset = 'walls'`);
  });

  it('filters runs by kind, mode, several statuses and time', async () => {
    const ids = async (filter: object): Promise<string[]> =>
      (await engine.runs({ ...filter, limit: 10 })).map(({ id }) => id);
    expect(await ids({ kind: ['run'], mode: 'incremental' })).toEqual([failedRun]);
    expect(await ids({ status: ['partial', 'failed'] })).toEqual([failedRun]);
    expect(await ids({ kind: ['plan', 'verify'] })).toEqual([]);
    expect(await ids({ until: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await ids({ before: failedRun })).toHaveLength(1);
  });

  it('tells who changed what, over time and by origin', async () => {
    const now = Date.now();
    const span = { since: new Date(now - 3_600_000).toISOString(), until: new Date(now + 60_000).toISOString() };
    const origins = originsSchema.parse(await engine.origins({ ...span, buckets: 60, dataset: 'seats' }));
    expect(origins.lines).toMatchObject([
      { application: null, changes: 20 },
      { application: 'booking-service', actor: 'ana', database: 'operations', dataset: 'seats', changes: 2 },
      { application: 'agency-portal', actor: 'bob', changes: 1 },
    ]);
    expect(origins.truncated).toBe(false);
    expect(origins.series.reduce((sum, { changes }) => sum + changes, 0)).toBe(23);
    const before = await engine.origins({ since: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z', buckets: 10 });
    expect(before).toMatchObject({ series: [], lines: [], bucket_s: 8640 });
  });

  it('explains an entity: both images, what differs, its jobs and errors, nothing of a masked column', async () => {
    const found = explanationSchema.parse(await engine.explain('seats', '03'));
    expect(found).toMatchObject({
      key: { id: '3' },
      source: { available: true, image: { id: '3', place: 'far too long 3', email: '•••' } },
      target: { image: { place: 'p3', email: '•••' } },
      differs: ['place'],
      errors: [{ sqlstate: '23514' }],
      // The cards are read from the same table: what became of a change there belongs to the same history.
      others: [{ dataset: 'seat-cards', key: { id: '3' }, source: { database: 'operations' }, differs: ['place'] }],
      older: null,
    });
    expect(found.jobs.map(({ dataset, status }) => [dataset, status])).toEqual([
      ['seats', 'failed'],
      ['seat-cards', 'pending'],
      ['seats', 'completed'],
      ['seat-cards', 'completed'],
    ]);
    expect(JSON.stringify(found)).not.toContain('@example');
    // All that was compared is equal; the two rows that failed are not.
    const inFailedRun = ({ verifications }: typeof found) => verifications.filter(({ run }) => run === failedRun);
    expect(inFailedRun(found)).toMatchObject([
      { dataset: 'seats', whole: false, verified: true, differences: 0, failed: 2, row: 'failed' },
    ]);
    const fifth = await engine.explain('seats', '{"id":"5"}');
    expect(fifth).toMatchObject({ differs: [], errors: [] });
    expect(fifth.jobs.filter(({ dataset }) => dataset === 'seats')).toMatchObject([
      { data: { operation: 'update' } },
      { data: { operation: 'insert' } },
    ]);
    expect(inFailedRun(fifth)).toMatchObject([{ dataset: 'seats', failed: 2, row: 'equal' }]);
    // An incremental run that had no change of a row says nothing of it.
    const sixth = await engine.explain('seats', '6');
    expect(inFailedRun(sixth)).toEqual([]);
    expect(sixth.verifications.filter(({ dataset }) => dataset === 'seats')).toMatchObject([
      { kind: 'run', whole: true, differences: 0, failed: 0, row: 'equal' },
    ]);
    const card = await engine.explain('seat-cards', '4');
    expect(card).toMatchObject({
      source: { database: 'operations', image: { place: 'FAR TOO LONG 4', mail: '•••', class: 'other' } },
      target: { database: 'cache', image: { id: '4', place: 'P4', mail: '•••', class: 'other' } },
      differs: ['place'],
    });
    expect(await engine.explain('seats', '999')).toMatchObject({
      source: { image: null },
      target: { image: null },
      jobs: [],
    });
    expect(await engine.explain('seats', 'no number')).toMatchObject({ source: { image: null }, differs: [] });
    await expect(engine.explain('seats', '{"nr":"1"}')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(engine.explain('none', '1')).rejects.toMatchObject({ code: 'DATASET_UNKNOWN' });
  });

  it('finds entities by their key, and one job by its id', async () => {
    expect(await engine.findEntities('3')).toContainEqual({ dataset: 'seats', key: { id: '3' } });
    expect(await engine.findEntities('99999')).toEqual([]);
    const [job] = await engine.queue({ dataset: 'seats', entity: '3', limit: 1 });
    expect(jobSchema.parse(await engine.job(job!.id))).toEqual({ ...job, cause: null });
    expect(await engine.queueCount({ dataset: 'seats', status: ['failed'] })).toEqual({ count: 2, exact: true });
  });

  it('shows a dataset with the columns of both sides', async () => {
    const detail = datasetDetailSchema.parse(await engine.datasetDetail('seat-cards'));
    expect(detail).toMatchObject({ error: null, indexes: ['set seats-of:{class}: id'], target: { kind: 'hash' } });
    expect(detail.columns).toContainEqual({
      source: { name: 'place', type: 'text' },
      target: { name: 'place', type: null },
      key: false,
      masked: false,
      computed: 'upper(s.place)',
    });
    expect(detail.columns).toContainEqual(
      expect.objectContaining({ source: { name: 'class', type: 'text' }, computed: '1 → first, else other' }),
    );
    expect(detail.columns).toContainEqual(
      expect.objectContaining({ source: { name: 'spare', type: 'text' }, target: null }),
    );
    const copy = await engine.datasetDetail('seats');
    expect(copy.columns).toContainEqual(
      expect.objectContaining({ source: null, target: { name: 'noted', type: 'text' } }),
    );
    expect(copy.related).toEqual([]);
    const onward = {
      name: 'onward',
      source: { database: 'copy', table: 'public.seats', columns: ['id', 'place'] },
      target: { database: 'cache', hash: 'onward:{id}' },
    };
    const chain = await bench.engine([seats, onward]);
    expect((await chain.datasetDetail('seats')).related).toEqual([{ dataset: 'onward', relation: 'feeds' }]);
    expect((await chain.datasetDetail('onward')).related).toEqual([{ dataset: 'seats', relation: 'fed_by' }]);
    expect(copy.columns[0]).toMatchObject({ source: { name: 'id', type: 'bigint' }, key: true, computed: null });
    const broken = await (
      await bench.engine([{ ...seats, source: { ...seats.source, table: 'gone' } }])
    ).datasetDetail('seats');
    expect(broken).toMatchObject({
      error: { code: 'TABLE_MISSING' },
      columns: [],
      checks: [{ ok: false, level: 'error' }],
    });
  });

  it('shows a definition as it stands in its file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'astro-sync-detail-'));
    try {
      const text =
        'name: seats # the seats\nsource: { database: operations, table: seats }\ntarget: { database: copy, table: seats }\n';
      const [first = '', ...rest] = text.trimEnd().split('\n');
      const file = join(folder, 'seats.yaml');
      await writeFile(
        file,
        `- name: other\n  source: { database: operations, table: o }\n  target: { database: copy, table: o }\n\n- ${[first, ...rest].join('\n  ')}\n`,
      );
      const [, loaded] = await loadDatasets(file);
      expect(await definitionText(loaded!)).toEqual({ text, line: 5 });
      expect(summaryOf(loaded!)).toMatchObject({
        name: 'seats',
        file,
        line: 5,
        source: { kind: 'table', name: 'seats' },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('keeps with a verification which rows differ and in what, nothing of a column that is masked now', async () => {
    await bench.copy.query(`UPDATE seats SET place = 'x6', email = 'eve@example.org' WHERE id = 6`);
    const { id } = await engine.verify({ datasets: ['seats'] });
    const kept = async (views: Engine): Promise<object | undefined> =>
      (await views.runDetail(id!)).datasets[0]?.samples?.find(({ key }) => (key as { id: string }).id === '6');
    // Two rows failed before.
    const columns = { place: ['x6', 'p6'], email: ['•••', '•••'] };
    expect(await kept(engine)).toEqual({ key: { id: '6' }, operation: 'update', columns });
    const hidden = await bench.engine([{ ...seats, mask: ['email', 'place'] }, cards]);
    expect(await kept(hidden)).toMatchObject({ columns: { place: ['•••', '•••'] } });
    expect((await engine.runs({ limit: 1 }))[0]).toMatchObject({ kind: 'verify', differences: 3 });
    await bench.copy.query(`UPDATE seats SET place = 'p6', email = 'ana6@example.org' WHERE id = 6`);
  });

  it('tells a long history part by part, and what is missing on one side', async () => {
    await bench.operations.query(`INSERT INTO seats VALUES (70, 'a', 'a@example.org', 1)`);
    for (let turn = 0; turn < 130; turn += 1)
      await bench.operations.query(`UPDATE seats SET place = $1 WHERE id = 70`, [`t${String(turn)}`]);
    await engine.run({ datasets: ['seats'], mode: 'full', allowEmptySource: true, approveDeletes: 100 });
    await bench.copy.query('DELETE FROM seats WHERE id = 70');
    const newest = await engine.explain('seats', '70');
    expect(newest).toMatchObject({ source: { image: { place: 't129' } }, target: { image: null } });
    expect(newest.differs).toContain('place');
    const ids: string[] = [];
    let parts = 0;
    for (let page = newest; ; page = await engine.explain('seats', '70', page.older)) {
      parts += 1;
      ids.push(...page.jobs.map(({ id }) => id));
      if (page.older === null) break;
    }
    expect(parts).toBeGreaterThan(1);
    const all = await engine.queue({ entity: '70', limit: 1000 });
    expect([...new Set(ids)].sort()).toEqual(all.map(({ id }) => id).sort());
  });
});
