import { expect, test } from 'vitest';
import { notQueuedWords } from './not-queued-words';

const of = { captured: 62, exact: true, dataset: null };

test('says how many changes are captured and not yet in the queue, and what brings them into it', () => {
  expect(notQueuedWords(of, false)).toEqual([
    '62 changes are captured and not yet in the queue',
    'The next preview, run or verification brings them into it.',
  ]);
  expect(notQueuedWords({ ...of, captured: 1, dataset: 'launches' }, false)[0]).toMatch(/^1 change of launches is /);
  expect(notQueuedWords({ ...of, captured: 1, exact: false }, false)[0]).toMatch(/^Up to 1 change is /);
});

test('promises nothing that a read-only environment does not do', () => {
  expect(notQueuedWords(of, true)[1]).toBe(
    'A preview through an environment that is not read-only brings them into it.',
  );
});
