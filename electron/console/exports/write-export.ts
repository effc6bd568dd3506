import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SyncError } from '../../engine/errors';
import type { ExportRow } from './rows';

/**
 * Writes rows to a new file, in a folder of its own, that only this user can read, as they come: memory does not grow with them.
 * @returns the file and how many rows it holds
 * @throws SyncError FILE_NOT_WRITTEN, and what the rows throw
 */
export async function writeExport(
  rows: AsyncIterable<ExportRow>,
  format: 'csv' | 'json',
): Promise<{ readonly file: string; readonly rows: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-export-'));
  const file = join(folder, `export.${format}`);
  let count = 0;
  const counted = async function* (): AsyncGenerator<ExportRow> {
    for await (const row of rows) {
      count += 1;
      yield row;
    }
  };
  try {
    const lines = format === 'csv' ? csvLines(counted()) : jsonLines(counted());
    await pipeline(Readable.from(lines), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    return { file, rows: count };
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!/^E[A-Z]+$/u.test(code)) throw cause;
    throw new SyncError('FILE_NOT_WRITTEN', `The export could not be written (${code})`, { cause });
  }
}

/** RFC 4180, with a header; a byte order mark, so that spreadsheets take it for UTF-8. */
async function* csvLines(rows: AsyncIterable<ExportRow>): AsyncGenerator<string> {
  let header: string[] | null = null;
  for await (const row of rows) {
    if (header === null) {
      header = Object.keys(row);
      yield `\uFEFF${header.map(cell).join(',')}\r\n`;
    }
    yield `${header.map((name) => cell(row[name] ?? '')).join(',')}\r\n`;
  }
}

async function* jsonLines(rows: AsyncIterable<ExportRow>): AsyncGenerator<string> {
  let begun = false;
  for await (const row of rows) {
    yield `${begun ? ',\n' : '[\n'}${JSON.stringify(row)}`;
    begun = true;
  }
  yield begun ? '\n]\n' : '[]\n';
}

/** What a spreadsheet would take for a formula gets an apostrophe: an application may call itself anything. */
function cell(value: string): string {
  const isFormula = /^[=+\-@\t\r]/u.test(value) && !/^[+-]?\d+(?:\.\d+)?$/u.test(value);
  const safe = isFormula ? `'${value}` : value;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
