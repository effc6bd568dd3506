import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export type Row = readonly (string | number | null)[];

/** About how many characters are sent at a time. */
const chunkLength = 64 * 1024;

/**
 * Loads rows into a table by COPY; `target` is table and columns as SQL writes them, `t (a, b)`. Values stand in the text form
 * that PostgreSQL reads. Gives the number of rows.
 */
export async function copyRows(
  client: pg.Client,
  target: string,
  rows: Iterable<Row>,
  onProgress: (done: number) => void = () => undefined,
): Promise<number> {
  let done = 0;
  function* chunks(): Generator<string> {
    let chunk = '';
    for (const row of rows) {
      chunk += `${row.map(copyText).join('\t')}\n`;
      done += 1;
      if (chunk.length < chunkLength) continue;
      yield chunk;
      onProgress(done);
      chunk = '';
    }
    if (chunk !== '') yield chunk;
  }
  await pipeline(Readable.from(chunks(), { objectMode: false }), client.query(copyFrom(`copy ${target} from stdin`)));
  onProgress(done);
  return done;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** The text format of COPY (PostgreSQL manual, COPY, "Text Format"). */
function copyText(value: string | number | null): string {
  if (value === null) return '\\N';
  return String(value).replaceAll(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
}
