import { expect, test } from 'vitest';
import { sinceWords, verdictOf } from './verdict';
import type { Compared } from './verdict';

const equal: Compared = { verified: true, differences: 0, failed: 0, withheld: 0, conflicted: 0, error: null };
const words = (some: Partial<Compared>): string => verdictOf({ ...equal, ...some }).words;

test('calls equal only what has nothing left out of it', () => {
  expect(verdictOf(equal)).toEqual({ kind: 'equal', words: 'equal' });
  expect(verdictOf({ ...equal, failed: 2 })).toEqual({ kind: 'rest', words: 'equal but 2 failed' });
  expect(words({ failed: 1, withheld: 1200 })).toBe('equal but 1 failed, 1,200 withheld');
  expect(words({ conflicted: 3 })).toBe('equal but 3 in conflict');
  expect(words({ in_flight: 4 })).toBe('4 on the way');
  expect(words({ error: { code: 'FAILED_EARLIER' } })).toBe('what was compared is equal');
});

test('says how many differ, and what else is known not to be equal', () => {
  const some = { verified: false, differences: 1, failed: 2, error: {} };
  expect(verdictOf({ ...equal, ...some })).toEqual({ kind: 'differs', words: '1 differs, 2 failed' });
  expect(words({ verified: false, differences: 3 })).toBe('3 differ');
});

test('tells what was not verified from what did not come to its end', () => {
  expect(words({ verified: null, differences: null })).toBe('not verified');
  expect(words({ verified: false, differences: null })).toBe('not to its end');
});

test('tells apart what is known since', () => {
  expect(sinceWords({ failed_since: 1, skipped_since: 0, in_line_since: 2 })).toEqual([
    '1 failed since',
    '2 put in line since',
  ]);
});
