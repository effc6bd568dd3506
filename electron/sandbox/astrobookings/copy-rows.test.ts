import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from '../servers/test-databases';
import { copyRows } from './copy-rows';
import type { Row } from './copy-rows';

const database = await createTestDatabase();
afterAll(() => database.drop());

test('loads every character as it is, and tells null from the empty string and from the letters of null', async () => {
  const client = await database.client();
  await client.query('create table t (id int, a text)');
  const texts = ['', null, '\\N', 'a\tb', 'a\nb', 'a\r\nb', '\\', '\\.', '"quoted", and \'apostrophes\'', '🚀 łóć 星'];
  const rows: Row[] = texts.map((text, index) => [index, text]);
  expect(await copyRows(client, 't (id, a)', rows)).toBe(texts.length);
  const loaded = await client.query<{ a: string | null }>('select a from t order by id');
  expect(loaded.rows.map((row) => row.a)).toEqual(texts);
});

test('fails with the words of the server when a row does not fit, and leaves the connection usable', async () => {
  const client = await database.client();
  await client.query('create table narrow (id int primary key)');
  await expect(copyRows(client, 'narrow (id)', [[1], ['x']])).rejects.toMatchObject({ code: '22P02' });
  expect((await client.query('select count(*)::int as n from narrow')).rows).toEqual([{ n: 0 }]);
});
