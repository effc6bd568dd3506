import { expect, test } from 'vitest';
import { decisionsOf, foundWords, givenUpNote, isFound, lastKnownJob, lastKnownWords, putBackNote } from './job-notes';

const at = new Date('2026-03-01T10:00:05.700Z');

test('tells who skipped a job and who put it back, and when', () => {
  const skipped = {
    status: 'skipped',
    executed_at: '2026-03-01T10:00:06Z',
    note: givenUpNote('ana', at, 'a test: no'),
  };
  expect(decisionsOf(skipped)).toEqual([{ what: 'skipped', by: 'ana', at: '2026-03-01T10:00:05Z' }]);
  const note = `found; ${skipped.note}; ${putBackNote('bob', at)} after run 1`;
  expect(decisionsOf({ status: 'pending', executed_at: null, note }).map(({ what, by }) => `${what} ${by}`)).toEqual([
    'skipped ana',
    'put back bob',
  ]);
  // As notes were written before.
  expect(decisionsOf({ ...skipped, note: 'skipped by ana: no' })).toEqual([
    { what: 'skipped', by: 'ana', at: skipped.executed_at },
  ]);
  expect(decisionsOf({ ...skipped, note: 'the target wins' })).toEqual([]);
});

test('knows the job that a found row was last changed by', () => {
  const note = `${foundWords}; ${lastKnownWords}42 by ana with crm`;
  expect(lastKnownJob({ note })).toBe('42');
  expect(lastKnownJob({ note: foundWords })).toBeNull();
  expect(isFound({ note: foundWords })).toBe(true);
  // What somebody wrote is no such note.
  expect(lastKnownJob({ note: `skipped by bob: ${note}` })).toBeNull();
  expect(isFound({ note: null })).toBe(false);
});
