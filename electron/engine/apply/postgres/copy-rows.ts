import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { CopyFailure, sqlstateOf } from '../../compare/server-errors';
import type { Connections } from './connections';

const bufferBytes = 256 * 1024;

/**
 * COPY from one server straight into another, with the backpressure of both; no row is touched here.
 * @param select what to read on the source
 * @param into table and columns on the target
 * @returns the number of rows
 * @throws CopyFailure; the source's connection is in the snapshot again after it, or given up
 */
export async function copyRows(
  connections: Connections,
  writer: Client,
  select: string,
  into: string,
  binary: boolean,
): Promise<number> {
  const format = binary ? ' (FORMAT binary)' : '';
  const reader = await connections.sourceCopier();
  const rows = reader.query(copyTo(`COPY (${select}) TO STDOUT${format}`, { highWaterMark: bufferBytes }));
  const sink = writer.query(copyFrom(`COPY ${into} FROM STDIN${format}`, { highWaterMark: bufferBytes }));
  const refusals: Error[] = [];
  sink.on('error', (error) => {
    refusals.push(error);
    // The sink lets go of its connection now; left alive it would go on writing what is buffered to it.
    sink.destroy();
  });
  try {
    for await (const chunk of rows as AsyncIterable<Buffer>) {
      // Once the target has refused a row, the rest is read and dropped: the source's connection stays good.
      if (refusals.length === 0 && !sink.write(chunk)) await drained(sink);
    }
  } catch (error) {
    if (refusals.length === 0) {
      // Told in few words: a server that is told more than 10,000 bytes gives the connection up. The cause may quote a long value.
      sink.destroy(new Error('the source could not be read'));
      await finished(sink).catch(() => undefined);
    }
    if (sqlstateOf(error) === null) connections.discard(reader);
    else await connections.restoreSource(reader).catch(() => connections.discard(reader));
    throw new CopyFailure('source', error);
  }
  if (refusals.length === 0) {
    sink.end();
    await finished(sink).catch(() => undefined);
  }
  if (refusals.length > 0) throw new CopyFailure('target', refusals[0]);
  return sink.rowCount;
}

/** Waits until a stream takes more, or is closed. */
async function drained(sink: NodeJS.WritableStream & { readonly destroyed: boolean }): Promise<void> {
  if (sink.destroyed) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race([once(sink, 'drain', { signal }), once(sink, 'close', { signal })]);
  } catch {
    // The error is kept by its own listener.
  } finally {
    waiting.abort();
  }
}
