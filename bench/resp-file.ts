import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';

/** Writes commands as redis-cli --pipe wants them, one for each row of a query with one text column per word. */
export async function writeCommands(client: pg.Client, query: string, path: string): Promise<void> {
  const file = createWriteStream(path);
  await client.query(`BEGIN; DECLARE words NO SCROLL CURSOR FOR ${query}`);
  for (;;) {
    const { rows } = await client.query<string[]>({ text: 'FETCH 10000 FROM words', rowMode: 'array' });
    if (rows.length === 0) break;
    if (!file.write(rows.map(command).join(''))) await once(file, 'drain');
  }
  await client.query('COMMIT');
  file.end();
  await finished(file);
}

function command(words: readonly string[]): string {
  return `*${String(words.length)}\r\n${words.map((word) => `$${String(Buffer.byteLength(word))}\r\n${word}\r\n`).join('')}`;
}
