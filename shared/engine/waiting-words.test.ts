import { expect, test } from 'vitest';
import { noCounts } from './counts';
import { plannedWords, waitingWords } from './waiting-words';

test.each([
  ['no change waits', { queued: 0, rows: 0, captured: 0, exact: true }],
  ['1 change waits, of 1 row', { queued: 1, rows: 1, captured: 0, exact: true }],
  ['25 changes wait, of 7 rows', { queued: 25, rows: 7, captured: 0, exact: true }],
  ['900,000 changes wait', { queued: 900_000, rows: null, captured: 0, exact: true }],
  ['25 changes wait, captured and not yet in the queue', { queued: 0, rows: 0, captured: 25, exact: true }],
  [
    '25 changes wait: 18 in the queue, of 7 rows, and 7 captured since',
    { queued: 18, rows: 7, captured: 7, exact: true },
  ],
  [
    'up to 25 changes wait: 18 in the queue, and up to 7 captured since',
    { queued: 18, rows: null, captured: 7, exact: false },
  ],
])('it is said that %s', (words, waiting) => {
  expect(waitingWords(waiting)).toBe(words);
});

test('a plan says to how many rows the changes come, and what is to be done about these', () => {
  const agencies = { ...noCounts(), mode: 'incremental' as const, changes: 20, updated: 3, unchanged: 2 };
  const launches = { ...noCounts(), mode: 'incremental' as const, changes: 5, withheld: 1, unchanged: 1 };
  const words = '25 changes come to 7 rows: 3 updates, 1 delete withheld, 3 equal already';
  expect(plannedWords([agencies, launches])).toBe(words);
  // What compared all rests on no change, and an older plan does not say on how many.
  const full = { ...noCounts(), mode: 'full' as const, inserted: 900 };
  expect(plannedWords([agencies, launches, full])).toBe(words);
  expect(plannedWords([full, { ...full, mode: 'incremental' }])).toBeNull();
});
