import { expect, test } from 'vitest';
import type { Job } from '../../../../shared/engine/documents';
import { equalVerification } from './test-verification';
import { timeline } from './timeline';

const job = (id: string, dataset: string, at: string, run: string | null, done: string | null): Job => ({
  id,
  dataset,
  job_type: 'j',
  entity_type: 'e',
  entity_id: null,
  entity_key: { id: '1' },
  status: run === null ? 'pending' : 'completed',
  created_at: at,
  executed_at: done,
  run,
  attempts: 0,
  last_error: null,
  note: null,
  data: {
    operation: 'update',
    before: null,
    after: null,
    origin: {
      database: 'd',
      application: null,
      actor: null,
      session_user: null,
      client: null,
      transaction: null,
      at,
      run: null,
    },
  },
});

test('puts changes, runs, errors and verifications of all datasets in one order, each once', () => {
  const older = job('1', 'in', '2026-01-01T00:00:00Z', 'r1', '2026-01-01T00:05:00Z');
  const error = {
    id: '9',
    run: 'r1',
    dataset: 'out',
    key: { id: '1' },
    operation: 'update' as const,
    column: null,
    value: null,
    sqlstate: '23514',
    reason: 'no',
    at: '2026-01-01T00:04:00Z',
  };
  const verification = { ...equalVerification, dataset: 'out', run: 'v1' };
  // The one offset is written otherwise than the other.
  const newest = job('3', 'out', '2026-01-01T02:02:00+01:00', null, null);
  const first = { jobs: [newest, older], errors: [error], verifications: [verification] };
  const events = timeline([
    first,
    { ...first, jobs: [older, job('2', 'in', '2025-12-31T00:00:00Z', 'r1', older.executed_at)] },
  ]);
  expect(events.map(({ what, at }) => `${what} ${at}`)).toEqual([
    'change 2026-01-01T02:02:00+01:00',
    'verification 2026-01-01T00:10:00Z',
    'run 2026-01-01T00:05:00Z',
    'error 2026-01-01T00:04:00Z',
    'change 2026-01-01T00:00:00Z',
    'change 2025-12-31T00:00:00Z',
  ]);
  expect(events[2]).toMatchObject({ jobs: [{ id: '1' }, { id: '2' }] });
});

test('says of a skip who did it and when, and not that the run did which had tried it', () => {
  const tried = job('1', 'in', '2026-01-01T00:00:00Z', 'r1', '2026-01-01T00:20:00Z');
  const skipped = { ...tried, status: 'skipped' as const, note: 'skipped by ana at 2026-01-01 00:20:00 UTC: a test' };
  const events = timeline([{ jobs: [skipped], errors: [], verifications: [] }]);
  expect(events.map(({ what, at }) => `${what} ${at}`)).toEqual([
    'decision 2026-01-01T00:20:00Z',
    'change 2026-01-01T00:00:00Z',
  ]);
  expect(events[0]).toMatchObject({ decision: { what: 'skipped', by: 'ana' }, dataset: 'in', jobs: [{ id: '1' }] });
});
