import { expect, test } from 'vitest';
import { everyJob } from '../../../../shared/contract/every-job';
import { filterWords, wholeWords } from './filter-words';

const all = { ...everyJob, status: ['failed' as const] };

test('says every condition of a filter', () => {
  expect(filterWords({ ...all, status: ['failed', 'skipped'] })).toBe('The failed or skipped jobs of all datasets.');
  const words = filterWords({
    ...all,
    dataset: 'bookings',
    entity: '7',
    database: 'system',
    application: 'crm',
    actor: '',
    role: 'booking',
    changes_only: true,
    run: '018f3c',
    since: '2026-01-02T00:00:00Z',
    until: '2026-01-04T00:00:00Z',
  });
  expect(words).toMatch(/^The failed jobs of bookings, for the entity 7, of application crm, with no actor told, /);
  expect(words).toMatch(/of database role booking, changed in system, of run 018f3c, changed since 2026-01-0/);
  expect(words).toMatch(/, changed before 2026-01-0.*, that are changes somebody made\.$/);
  expect(filterWords({ ...all, by: 'sync' })).toMatch(/ of all datasets, written by the sync itself\.$/);
  expect(filterWords({ ...all, by: 'others' })).toMatch(/ of all datasets, not written by the sync itself\.$/);
});

test('says of which names the whole is wanted', () => {
  expect(wholeWords({ ...all, dataset: 'bookings', actor: '' })).toBe('');
  expect(wholeWords({ ...all, application: 'web' })).toMatch(/: application "web" is meant, /);
  expect(wholeWords({ ...all, application: 'web', role: 'ro' })).toMatch(/"web", database role "ro" are meant, /);
});
