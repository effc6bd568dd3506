import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Connections } from './connections';

/** Which server reported the error that ended a COPY between two. */
export class CopyFailure extends Error {
  readonly side: 'source' | 'target';

  constructor(side: 'source' | 'target', cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.side = side;
  }
}

/**
 * COPY from one server straight into another, with the backpressure of both; no row is touched here.
 * @param select what to read on the source
 * @param into table and columns on the target
 * @returns the number of rows
 * @throws CopyFailure; the source's connection is given up, because it may be in the middle of its answer
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
  let failed: CopyFailure | null = null;
  rows.once('error', (cause) => (failed ??= new CopyFailure('source', cause)));
  sink.once('error', (cause) => (failed ??= new CopyFailure('target', cause)));
  try {
    await pipeline(rows, sink);
  } catch (cause) {
    connections.discard(reader);
    throw (failed as CopyFailure | null) ?? new CopyFailure('source', cause);
  }
  return sink.rowCount;
}

const bufferBytes = 256 * 1024;
