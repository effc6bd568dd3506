import { beforeEach, expect, it } from 'vitest';
import { SyncError } from '../engine/errors';
import type { Handlers } from './dispatch';
import { dispatcher } from './dispatch';
import { validInputs } from './testing/valid-inputs';

const asked: string[] = [];
/** What the handler does that is asked. */
let answers: () => unknown = () => ({ count: 1, exact: true });
const handlers = new Proxy({} as Handlers, {
  get: (_, method: string) => () => {
    asked.push(method);
    return answers();
  },
});
const defects: string[] = [];
const dispatch = dispatcher(
  handlers,
  () => null,
  () => undefined,
  (message) => defects.push(message),
);

const { filter } = validInputs['queue.count'];

beforeEach(() => {
  asked.length = 0;
  defects.length = 0;
});

it.each([
  ['a NUL, which no database keeps', { entity: 'a\0b' }],
  ['the year 0, which PostgreSQL does not know', { since: '0000-01-01T00:00:00Z' }],
])('refuses %s, before anything is done', async (_, wrong) => {
  const outcome = await dispatch('queue.count', { filter: { ...filter, ...wrong } });
  expect(outcome).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
  expect(asked).toEqual([]);
});

it('takes what looks like an escape of NUL and is none', async () => {
  await dispatch('queue.count', { filter: { ...filter, entity: '\\u0000' } });
  expect(asked).toEqual(['queue.count']);
});

it('gives no answer of another shape than the contract says, and says what is wrong with it, without its values', async () => {
  answers = () => ({ count: 'canary', exact: true });
  const outcome = await dispatch('queue.count', { filter });
  expect(outcome).toMatchObject({ ok: false, error: { code: 'INTERNAL', message: expect.stringContaining('count') } });
  expect(defects).toEqual([expect.stringMatching(/^queue\.count .*count/u)]);
  expect(JSON.stringify([outcome, defects])).not.toContain('canary');
});

it('gives a code that the contract does not name for the method, and says that this is a defect', async () => {
  answers = () => {
    throw new SyncError('FILE_EXISTS', 'no');
  };
  expect(await dispatch('queue.count', { filter })).toMatchObject({ error: { code: 'FILE_EXISTS' } });
  expect(defects).toEqual(['queue.count answered with FILE_EXISTS, which the contract does not name for it']);
  answers = () => {
    throw new SyncError('CONNECT_FAILED', 'nobody answers');
  };
  expect(await dispatch('queue.count', { filter })).toMatchObject({ error: { code: 'CONNECT_FAILED' } });
  expect(defects).toHaveLength(1);
});
