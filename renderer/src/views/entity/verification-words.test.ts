import { expect, test } from 'vitest';
import { equalVerification as all } from './test-verification';
import { verificationWords } from './verification-words';

test('tells the result of the dataset, and apart from it what is known of the row', () => {
  expect(verificationWords(all)).toBe('all equal');
  expect(verificationWords({ ...all, failed: 1 })).toBe('equal but 1 failed; this row was equal');
  expect(verificationWords({ ...all, failed: 1, row: 'failed' })).toBe('equal but 1 failed; this row had failed');
  expect(verificationWords({ ...all, verified: false, differences: 3, row: 'differs' })).toBe(
    '3 differ; this row differed',
  );
  expect(verificationWords({ ...all, withheld: 2, row: null })).toBe(
    'equal but 2 withheld; how this row was is not known',
  );
});
