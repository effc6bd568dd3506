import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { groupByOrigin, renderOrigins } from './origins';
import { job } from './testing/job';

const jobs = [
  job({
    dataset: 'launches',
    operation: 'update',
    application: 'finance-desk',
    actor: 'finance_desk',
    role: 'finance_desk',
  }),
  job({ dataset: 'bookings', operation: 'insert' }),
  job({ dataset: 'bookings', operation: 'delete' }),
  job({ dataset: 'bookings', operation: 'insert' }),
  job({ dataset: 'bookings-in', operation: 'insert', database: 'cache' }),
];

test('jobs are grouped by who, with what, where and for which dataset', () => {
  expect(groupByOrigin(jobs)).toEqual([
    {
      who: 'lucia.fernandez',
      application: 'booking-service',
      database: 'cache',
      dataset: 'bookings-in',
      operations: { insert: 1 },
      jobs: 1,
    },
    {
      who: 'lucia.fernandez',
      application: 'booking-service',
      database: 'operations',
      dataset: 'bookings',
      operations: { insert: 2, delete: 1 },
      jobs: 3,
    },
    {
      who: 'role finance_desk',
      application: 'finance-desk',
      database: 'operations',
      dataset: 'launches',
      operations: { update: 1 },
      jobs: 1,
    },
  ]);
});

test('the table says a name once and puts inserts before updates before deletes', () => {
  const look = { colors: createColors(false), columns: 100, now: 0 };
  expect(renderOrigins(groupByOrigin(jobs), look).split('\n')).toEqual([
    'Who                With             Where       Concerns     insert  update  delete  Jobs',
    'lucia.fernandez    booking-service  cache       bookings-in       1       –       –     1',
    '                                    operations  bookings          2       –       1     3',
    'role finance_desk  finance-desk     operations  launches          –       1       –     1',
    '',
  ]);
});
