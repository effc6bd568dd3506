import { expect, test } from 'vitest';
import { profileDraftSchema } from '../../../../shared/contract/profile';
import { goesInClear, newConnection, newDraft, newTunnel, problems, renamed } from './draft';

const named = () => ({ ...newDraft(), name: 'staging' });

test('a new environment needs a name and nothing else, and the contract takes it', () => {
  expect(Object.keys(problems(newDraft()))).toEqual(['name']);
  expect(problems(named())).toEqual({});
  expect(profileDraftSchema.safeParse(named()).success).toBe(true);
});

test('names the field that is wrong', () => {
  const draft = named();
  const { operations, ...rest } = draft.connections;
  const wrong = {
    ...draft,
    connections: { ...rest, operations: { ...operations!, host: ' ', port: Number.NaN } },
    tunnel: { ...newTunnel(), port: Number.NaN },
    system: 'cache',
  };
  expect(Object.keys(problems(wrong))).toEqual([
    'operations.host',
    'operations.port',
    'tunnel.host',
    'tunnel.port',
    'tunnel.user',
    'system',
  ]);
});

test('definitions are named by a whole path, since nobody knows from where a relative one would go', () => {
  const at = (datasets: string) => Object.keys(problems({ ...named(), datasets }));
  for (const whole of ['/srv/datasets', '~/datasets', 'C:\\datasets', 'C:/datasets']) expect(at(whole)).toEqual([]);
  for (const other of ['datasets', './datasets', '~datasets', ' ', '\\\\server\\datasets'])
    expect(at(other)).toEqual(['datasets']);
});

test('tells what goes in clear text to another computer', () => {
  const base = newConnection('postgres');
  const clear = (more: Partial<typeof base>) => goesInClear({ ...base, ...more });
  expect(clear({ host: 'db1.example' })).toBe(true);
  expect(clear({ host: '10.0.0.7', tls: { mode: 'disable' } })).toBe(true);
  expect(clear({ host: 'localhost.example' })).toBe(true);
  for (const host of ['localhost', '127.0.0.1', '::1', '[::1]', '/var/run/postgresql', ''])
    expect(clear({ host })).toBe(false);
  expect(clear({ host: 'db1', tls: { mode: 'require' } })).toBe(false);
  expect(clear({ host: 'db1', tunnel: true })).toBe(false);
});

test('a database that is called otherwise keeps its place, and stays the one of the queue', () => {
  const draft = renamed(renamed(named(), 'system', 'warehouse'), 'operations', 'shop');
  expect(Object.keys(draft.connections)).toEqual(['shop', 'warehouse', 'cache']);
  expect(draft.connections['warehouse']).toEqual(newDraft().connections['system']);
  expect(draft.system).toBe('warehouse');
  expect(problems(draft)).toEqual({});
});

test('a name that another database has loses neither of them', () => {
  const draft = renamed(named(), 'operations', 'system');
  expect(Object.keys(draft.connections)).toHaveLength(3);
  expect(Object.values(problems(draft))).toEqual(['Another database of this environment has that name.']);
  expect(Object.keys(renamed(draft, Object.keys(draft.connections)[0]!, 'systems').connections)[0]).toBe('systems');
});

test.each(['', '1', 'Warehouse 2'])('the name %j of a database is not right', (typed) => {
  const draft = renamed(named(), 'cache', typed);
  expect(Object.values(problems(draft))).toEqual([
    'Small letters, digits, dash and underscore; it begins with a letter.',
  ]);
  expect(Object.keys(draft.connections)).toHaveLength(3);
});

test('a database that is added has to be named', () => {
  const draft = { ...named(), connections: { ...named().connections, archive: newConnection('postgres') } };
  expect(Object.keys(problems(draft))).toEqual(['archive.database']);
});
