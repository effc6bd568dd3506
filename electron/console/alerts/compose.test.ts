import { expect, it } from 'vitest';
import type { Task } from '../../../shared/contract/task';
import { noCounts } from '../../../shared/engine/counts';
import type { DatasetDocument } from '../../../shared/engine/documents';
import { datasetInLine } from '../../../shared/engine/testing/dataset-in-line';
import { alertOfOthers, alertOfTask, named } from './compose';
import type { OthersRun } from './compose';

const dataset = (name: string, facts: Partial<DatasetDocument> = {}): DatasetDocument =>
  datasetInLine({ name, ...facts });

const names = ['agencies', 'bookings', 'launches', 'rockets', 'travelers'];

function ended(status: string, datasets: readonly DatasetDocument[], more: Partial<Task> = {}): Task {
  return {
    id: '1',
    kind: 'run',
    environment: 'eu',
    datasets: datasets.map(({ name }) => name),
    state: 'failed',
    run: 'r',
    started_at: '2026-01-01T00:00:00.000Z',
    ended_at: '2026-01-01T00:00:01.000Z',
    document: { ok: false, id: 'r', status, datasets: [...datasets], error: null },
    error: null,
    ...more,
  };
}

it('names the datasets of a run that failed or left something over, each with its reason', () => {
  const error = { code: 'CONSTRAINT', message: 'the target refuses NULL in "seats"', hint: null };
  const datasets = names.map((name) =>
    dataset(name, name === 'bookings' ? { failed: 120 } : name === 'rockets' ? { error } : {}),
  );
  expect(alertOfTask(ended('partial', datasets))).toMatchObject({
    title: 'eu: run of 5 datasets left something over: bookings and rockets',
    body: 'bookings: 120 rows failed; rockets: the target refuses NULL in "seats"',
    datasets: ['bookings', 'rockets'],
  });
});

it('says of a run of one dataset why, and of a run that failed as a whole that first', () => {
  expect(alertOfTask(ended('partial', [dataset('bookings', { failed: 1 })]))).toMatchObject({
    title: 'eu: run of bookings left something over',
    body: '1 row failed',
  });
  const lost = { code: 'CONNECTION_LOST', message: 'the server went away', hint: null };
  const datasets = [dataset('bookings', { not_attempted: 5, error: lost }), dataset('rockets')];
  const document = { ok: false, id: 'r', status: 'failed', datasets, error: lost };
  expect(alertOfTask(ended('failed', datasets, { document }))).toMatchObject({
    title: 'eu: run of bookings and rockets failed: bookings',
    body: 'the server went away',
    datasets: ['bookings'],
  });
});

it('says once of each dataset what is wrong, also where the error of the whole run names them all', () => {
  const differs = (name: string, count: string) => ({
    code: 'VERIFICATION_FAILED',
    message: `Dataset "${name}": ${count}`,
    hint: null,
  });
  const datasets = [
    dataset('customers', { differences: 1, error: differs('customers', '1 entity differs') }),
    dataset('orders', { differences: 2, error: differs('orders', '2 entities differ') }),
  ];
  const message = 'Dataset "customers": 1 entity differs. Not through either: "orders" (VERIFICATION_FAILED)';
  const document = { ok: false, id: 'r', status: 'partial', datasets, error: { ...differs('', ''), message } };
  expect(alertOfTask(ended('partial', datasets, { document, kind: 'verify' }))).toMatchObject({
    body: 'customers: 1 entity differs; orders: 2 entities differ',
  });
});

it('says of a verification that it found differences: it leaves nothing over', () => {
  const datasets = names.map((name) => dataset(name, name === 'bookings' ? { differences: 3 } : {}));
  expect(alertOfTask(ended('partial', datasets, { kind: 'verify' }))).toMatchObject({
    reason: 'partial',
    title: 'eu: verification of 5 datasets found differences: bookings',
    body: 'bookings: 3 rows differ',
  });
  const run = (kind: 'run' | 'verify'): OthersRun => ({
    run: {
      id: kind,
      kind,
      mode: 'auto',
      status: 'partial',
      operator: 'cron',
      host: 'db',
      application: 'cli',
      started_at: '',
      ended_at: '',
      silent_since: null,
      datasets: ['bookings'],
      counts: noCounts(),
      error: null,
    },
    parts: null,
  });
  const told = (...kinds: ('run' | 'verify')[]) => alertOfOthers('partial', kinds.map(run), 'eu');
  expect(told('verify')).toMatchObject({
    title: 'eu: verification of bookings found differences',
    body: 'cron on db: it found differences',
  });
  expect(told('verify', 'verify')?.title).toBe('eu: 2 verifications found differences');
  expect(told('run', 'run')?.title).toBe('eu: 2 runs left something over');
  expect(told('run', 'verify')?.title).toBe('eu: 2 runs and verifications left something over or found differences');
});

it('takes a run whose engine was lost for interrupted, and one that never began for failed', () => {
  const error = { code: 'INTERNAL' as const, message: 'The engine stopped', hint: null, retryable: true, details: {} };
  const lost = { document: null, error };
  expect(alertOfTask(ended('', [dataset('bookings')], lost))).toMatchObject({
    reason: 'interrupted',
    title: 'eu: run of bookings was interrupted',
    body: 'The engine stopped',
  });
  expect(alertOfTask(ended('', [dataset('bookings')], { ...lost, run: null }))).toMatchObject({ reason: 'failed' });
});

it('lists names as people do', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd', 'e']].map(named)).toEqual([
    '',
    'a',
    'a and b',
    'a, b, c and d',
    'a, b, c and 2 more',
  ]);
});
