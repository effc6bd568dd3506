import { expect, test } from 'vitest';
import { noCounts } from '../../../../shared/engine/counts';
import type { RunDetail } from '../../../../shared/engine/reports';
import { runSummaryText } from './run-summary-text';

const counts = { ...noCounts(), planned: 1301, inserted: 1300, failed: 1 };
const error = { code: 'ROWS_FAILED', message: '1 row failed', hint: null, retryable: false, details: {} };
const detail: RunDetail = {
  run: {
    id: '018f',
    kind: 'run',
    mode: 'auto',
    status: 'partial',
    operator: 'olga',
    host: 'orbit-1',
    application: 'console',
    started_at: '2026-03-01T10:00:00Z',
    ended_at: '2026-03-01T10:00:04Z',
    datasets: ['travelers'],
    counts,
    error,
  },
  datasets: [
    {
      name: 'travelers',
      mode: 'full',
      baseline: 'none',
      status: 'partial',
      counts,
      progress: { phase: null, done: 0, total: null, total_kind: 'unknown' },
      verified: true,
      differences: 0,
      duration_ms: 4000,
      phases_ms: {},
      error,
    },
  ],
  events: [],
  row_errors: 1,
  approved: null,
};

test('tells a run in a few lines: who, when, what each dataset came to, and why', () => {
  expect(runSummaryText(detail).split('\n')).toEqual([
    'run 018f: partial',
    'auto mode, by olga on orbit-1, started 2026-03-01T10:00:00Z, 4.0 s',
    '- travelers: partial, 1,300 inserted, 1 failed, verified: equal but 1 failed; ROWS_FAILED: 1 row failed',
    '1 row error',
    'ROWS_FAILED: 1 row failed',
  ]);
});
