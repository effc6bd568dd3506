import { expect, it } from 'vitest';
import type { Handlers } from './dispatch';
import { dispatcher } from './dispatch';

const asked: string[] = [];
const handlers = new Proxy({} as Handlers, {
  get: (_, method: string) => () => {
    asked.push(method);
    return {};
  },
});
const dispatch = dispatcher(
  handlers,
  () => null,
  () => undefined,
);

const filter = {
  dataset: null,
  status: [],
  entity: null,
  database: null,
  application: null,
  actor: null,
  role: null,
  changes_only: false,
  run: null,
  since: null,
  until: null,
};

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
