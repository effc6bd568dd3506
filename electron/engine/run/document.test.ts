import { expect, it } from 'vitest';
import type { ErrorCode } from '../../../shared/error-codes';
import { SyncError } from '../errors';
import { overallError, refusedFacts } from './document';
import type { DatasetFacts } from './document';

const facts = (name: string, code: ErrorCode): DatasetFacts =>
  refusedFacts(name, new SyncError(code, `Dataset "${name}": ${code} happened`, { hint: `Look at ${name}.` }));

it('stands for a run by what has to be acted on first, and names the other datasets', () => {
  expect(
    overallError([
      facts('agencies', 'FAILED_EARLIER'),
      facts('bookings', 'DELETES_WITHHELD'),
      facts('launches', 'FAILED_EARLIER'),
    ]),
  ).toMatchObject({
    code: 'DELETES_WITHHELD',
    message:
      'Dataset "bookings": DELETES_WITHHELD happened. Not through either: agencies (failed earlier), launches (failed earlier)',
    hint: 'Look at bookings.',
  });
});

it('puts what stopped a dataset before all that was left over', () => {
  expect(overallError([facts('a', 'DELETES_WITHHELD'), facts('b', 'RIGHTS_MISSING')])?.code).toBe('RIGHTS_MISSING');
  expect(overallError([facts('a', 'CONNECT_FAILED'), facts('b', 'RIGHTS_MISSING')])?.code).toBe('CONNECT_FAILED');
});

it('leaves the error of the only one as it is, and counts on beyond five', () => {
  expect(overallError([facts('a', 'FAILED_EARLIER')])?.message).toBe('Dataset "a": FAILED_EARLIER happened');
  const many = Array.from({ length: 9 }, (_, i) => facts(`d${String(i)}`, 'FAILED_EARLIER'));
  expect(overallError(many)?.message).toMatch(/, d5 \(failed earlier\), 3 more$/);
});
