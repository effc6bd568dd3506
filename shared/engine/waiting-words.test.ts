import { expect, test } from 'vitest';
import { noCounts } from './counts';
import { doneWords, plannedWords, waitingWords } from './waiting-words';

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

test('a run says to how many rows its changes came, also those with nothing to write', () => {
  const orders = { ...noCounts(), changes: 13, changed_rows: 10, updated: 6, failed: 1, skipped: 3 };
  expect(doneWords([orders])).toBe('13 changes came to 10 rows: 6 updated, 1 failed, 3 with nothing to write');
  const lines = { ...noCounts(), changes: 1, changed_rows: 1, deleted: 1 };
  expect(doneWords([orders, lines, { ...noCounts(), inserted: 900, changes: null }])).toBe(
    '14 changes (one for each dataset that it concerns) came to 11 rows: 6 updated, 1 deleted, 1 failed, 3 with nothing to write',
  );
  expect(doneWords([{ ...noCounts(), changes: 0, changed_rows: 0 }])).toBeNull();
});

test('a plan says to how many rows the changes come, and what is to be done about these', () => {
  const agencies = { ...noCounts(), changes: 20, changed_rows: 5, updated: 3, unchanged: 2 };
  const launches = { ...noCounts(), changes: 5, changed_rows: 4, withheld: 1, unchanged: 1 };
  expect(plannedWords([agencies])).toBe('20 changes come to 5 rows: 3 updates, 2 equal already');
  const both =
    '25 changes (one for each dataset that it concerns) come to 9 rows: 3 updates, 1 delete withheld, 3 equal already, 2 on neither side';
  expect(plannedWords([agencies, launches])).toBe(both);
  // What compared all rests on no change, and an older plan does not say on how many.
  const full = { ...noCounts(), inserted: 900 };
  expect(plannedWords([agencies, launches, full])).toBe(both);
  expect(plannedWords([full])).toBeNull();
});
