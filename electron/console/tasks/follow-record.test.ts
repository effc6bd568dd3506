import { expect, test } from 'vitest';
import { consoleEventSchema } from '../../../shared/contract/events';
import { noCounts } from '../../../shared/engine/counts';
import type { RunDetail } from '../../../shared/engine/reports';
import { followRecord } from './follow-record';

const record = (done: number, status: RunDetail['run']['status'] = 'running'): RunDetail => ({
  run: {
    id: 'r',
    kind: 'run',
    mode: 'full',
    status,
    operator: 'cron',
    host: 'another',
    application: 'astro-sync',
    started_at: '2026-01-01T00:00:00Z',
    ended_at: null,
    datasets: ['a', 'b'],
    counts: noCounts(),
    error: null,
  },
  datasets: [
    { ...dataset, name: 'a', progress: { phase: 'apply', done, total: 1000, total_kind: 'exact' } },
    { ...dataset, name: 'b', progress: { phase: null, done: 0, total: null, total_kind: 'unknown' } },
  ],
  events: [],
  row_errors: 0,
  approved: null,
});
const dataset = {
  mode: 'full',
  baseline: 'none',
  status: 'running',
  counts: noCounts(),
  verified: null,
  differences: null,
  duration_ms: null,
  phases_ms: {},
  error: null,
} as const;

test('tells how far and how fast a run of another program is, from one look to the next', () => {
  let clock = Date.parse('2026-01-01T00:00:00Z');
  const followed = followRecord('r', () => clock);
  const told = [followed.news(record(0))];
  for (const done of [100, 200, 200]) {
    clock += 1000;
    told.push(followed.news(record(done)));
  }
  expect(told).toMatchObject([
    [
      { type: 'progress', dataset: 'a', done: 0, rate: null, eta_s: null },
      { type: 'status', status: 'running' },
    ],
    [{ done: 100, total: 1000, rate: 100, eta_s: 9 }],
    [{ done: 200, rate: 100, eta_s: 8 }],
    [],
  ]);
  for (const event of told.flat()) expect(consoleEventSchema.parse(event)).toEqual(event);
});
