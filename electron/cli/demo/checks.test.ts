import { describe, expect, test } from 'vitest';
import type { DatasetDocument, RunDocument } from '../../../shared/engine/documents';
import type { DatasetStatus, StatusReport } from '../../../shared/engine/reports';
import type { SeedResult } from '../../sandbox/astrobookings/seed';
import * as checks from './checks';
import { datasetInLine } from '../../../shared/engine/testing/dataset-in-line';
import { job } from './testing/job';

const dataset = (name: string, facts: Partial<DatasetDocument> = {}): DatasetDocument =>
  datasetInLine({ name, mode: 'incremental', ...facts });
const names = ['agencies', 'bookings', 'bookings-in', 'launches', 'travelers'];
const document = (facts: Partial<Record<string, Partial<DatasetDocument>>> = {}, ok = true): RunDocument => ({
  ok,
  id: '1',
  status: ok ? 'succeeded' : 'partial',
  datasets: names.map((name) => dataset(name, facts[name])),
  error: null,
});

describe('the plan', () => {
  const rows = {
    agencies: 5,
    rockets: 8,
    launches: 40,
    travelers: 395,
    bookings: 2000,
    invoices: 1,
    payments: 1,
    users: 1,
    entry_log: 1,
    notifications: 1,
  };
  const seeded: SeedResult = {
    rows,
    drift: { missingTravelers: 5, staleTravelers: 24, extraTravelers: 3, staleAgencies: 1 },
  };
  const plan = {
    agencies: { updated: 1 },
    bookings: { inserted: 2000 },
    launches: { inserted: 40 },
    travelers: { inserted: 5, updated: 24 },
  };

  test('passes where it counts the drift that was made', () => {
    expect(checks.planCountsTheDrift(document(plan), seeded).passed).toBe(true);
  });

  test.each([
    ['an insert is missing', { ...plan, travelers: { inserted: 4, updated: 24 } }, 'not for travelers'],
    ['an update is too many', { ...plan, agencies: { updated: 2 } }, 'not for agencies'],
    [
      'somebody would be deleted',
      { ...plan, travelers: { inserted: 5, updated: 24, deleted: 3 } },
      'not for travelers',
    ],
  ])('fails where %s', (_what, counts, found) => {
    expect(checks.planCountsTheDrift(document(counts), seeded)).toMatchObject({ passed: false, found });
  });
});

describe('a run or a verification', () => {
  const check = (facts: Parameters<typeof document>[0], ok?: boolean) =>
    checks.verifiedWithoutDifferences('fine', document(facts, ok));

  test('passes where every dataset is verified without a difference', () => {
    expect(check({})).toMatchObject({ passed: true, found: '5 datasets' });
  });

  test('fails where one differs, is not verified, is not there, or the whole is not well', () => {
    expect(check({ launches: { differences: 2 } })).toMatchObject({ passed: false, found: 'not launches' });
    expect(check({ bookings: { verified: null } }).passed).toBe(false);
    expect(check({}, false).passed).toBe(false);
    const four = { ...document(), datasets: document().datasets.slice(1) };
    expect(checks.verifiedWithoutDifferences('fine', four)).toMatchObject({ passed: false, found: 'not agencies' });
  });

  test('is incremental throughout, or it fails', () => {
    expect(checks.incrementalThroughout(document({ bookings: { updated: 3 } }))).toMatchObject({
      passed: true,
      found: '3 rows written',
    });
    expect(checks.incrementalThroughout(document({ bookings: { mode: 'full' } })).passed).toBe(false);
  });

  test('of nothing moves nothing, or it fails', () => {
    expect(checks.nothingMoved(document({ bookings: { skipped: 3, unchanged: 9 } })).passed).toBe(true);
    for (const moved of [{ inserted: 1 }, { updated: 1 }, { deleted: 1 }]) {
      expect(checks.nothingMoved(document({ bookings: moved })).passed).toBe(false);
    }
  });
});

test('cards are as many as rows', () => {
  expect(checks.everyCardIsThere({ launch: 2, booking: 3 }, { launch: 2, booking: 3 }).passed).toBe(true);
  expect(checks.everyCardIsThere({ launch: 2, booking: 2 }, { launch: 2, booking: 3 }).passed).toBe(false);
});

describe('origins', () => {
  const finance = { application: 'finance-desk', actor: 'finance_desk', role: 'finance_desk' };
  const found = (...jobs: Parameters<typeof job>[0][]) =>
    checks.originsOnRecord(jobs.map(job), ['booking-service', 'finance-desk'], ['lucia.fernandez']);

  test('are those that were expected; a role is no actor, and the sync is no application', () => {
    const sync = { application: 'astro-sync', actor: 'root', run: '9' };
    expect(found({}, finance, sync)).toMatchObject({ passed: true, found: '2 applications, 1 actor' });
  });

  test('fail where one is missing, unknown or unnamed', () => {
    expect(found({}).passed).toBe(false);
    expect(found({}, finance, { application: 'somebody-else' }).passed).toBe(false);
    expect(found({ actor: null }, finance).passed).toBe(false);
  });
});

describe('cards', () => {
  const cards = new Map([
    ['1', { free_seats: '3', status: 'cancelled' }],
    ['2', null],
  ]);

  test('say how many seats are free', () => {
    expect(checks.freeSeatsAreRight('seats', new Map([['1', '3']]), cards)).toMatchObject({
      passed: true,
      found: '1 launch',
    });
    expect(checks.freeSeatsAreRight('seats', new Map([['1', '4']]), cards).passed).toBe(false);
    expect(checks.freeSeatsAreRight('seats', new Map([['2', '0']]), cards)).toMatchObject({ found: 'not launch 2' });
  });

  test('say the status of their booking', () => {
    const [one] = cards;
    expect(checks.bookingCardsSay('status', 'cancelled', new Map([one!])).passed).toBe(true);
    expect(checks.bookingCardsSay('status', 'booked', new Map([one!])).passed).toBe(false);
    expect(checks.bookingCardsSay('status', 'cancelled', cards)).toMatchObject({ found: 'not booking 2' });
  });

  test('are gone', () => {
    expect(checks.cardsAreGone('gone', new Map([['2', null]])).passed).toBe(true);
    expect(checks.cardsAreGone('gone', cards).passed).toBe(false);
  });

  test('that were not looked at prove nothing', () => {
    expect(checks.cardsAreGone('gone', new Map()).passed).toBe(false);
    expect(checks.freeSeatsAreRight('seats', new Map(), cards).passed).toBe(false);
  });
});

test('a credential anywhere fails, and so does having looked nowhere', () => {
  expect(checks.noLeaks({ places: [], rows: 5, keys: 7 })).toMatchObject({ passed: true, found: '5 rows, 7 keys' });
  expect(checks.noLeaks({ places: ['cache booking:1'], rows: 5, keys: 7 })).toMatchObject({
    passed: false,
    found: 'cache booking:1',
  });
  expect(checks.noLeaks({ places: [], rows: 5, keys: 0 }).passed).toBe(false);
});

describe('what waits', () => {
  const status = (facts: Partial<DatasetStatus>): StatusReport => ({
    environment: { name: 'demo', level: 'development', read_only: false },
    datasets: [
      {
        name: 'bookings',
        source: 'operations public.bookings',
        target: 'cache booking:{id}',
        installed: true,
        baseline: 'current',
        gap_reason: null,
        backlog: 0,
        unrelayed: 0,
        oldest_pending_at: null,
        withheld: 0,
        failed: 0,
        last_run: null,
        last_verified_at: null,
        differences: 0,
        error: null,
        ...facts,
      },
    ],
    sources: [],
    running: [],
    warnings: [],
  });

  test('is nothing; of a stream nobody knows what is not yet relayed', () => {
    expect(checks.nothingWaits(status({})).passed).toBe(true);
    expect(checks.nothingWaits(status({ unrelayed: null })).passed).toBe(true);
  });

  test.each([{ backlog: 1 }, { backlog: null }, { unrelayed: 2 }, { baseline: 'gap' as const }])('is %o', (facts) => {
    expect(checks.nothingWaits(status(facts))).toMatchObject({ passed: false, found: 'not bookings' });
  });
});
