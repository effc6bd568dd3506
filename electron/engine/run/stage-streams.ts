import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { Environment } from '../connect/environment';
import type { ResolvedDataset } from '../dataset/resolved';
import type { SyncError } from '../errors';
import { insertGapJobs } from '../queue/gap-jobs';
import { relayEntries } from '../queue/relay-entries';
import { knownStreamIdentity, rememberStreamIdentity } from '../queue/stream-state';
import { readStream } from '../stream/read-stream';
import { asSyncError } from './document';
import { nobodysClock, refuse } from './stage-sources';
import type { SharedClock } from './stage-sources';

/** Everything that is defined: who reads a stream acknowledges its entries for all datasets that want them. */
export interface Everything {
  readonly definitions: readonly DatasetDefinition[];
  readonly resolved: readonly ResolvedDataset[];
  readonly problems: ReadonlyMap<string, SyncError>;
}

export interface StreamListener {
  readonly log: (
    dataset: string | null,
    level: 'info' | 'warn',
    message: string,
    details?: Record<string, unknown>,
  ) => void;
  readonly signal: AbortSignal;
}

/**
 * Brings into the queue what the streams hold that these datasets read. A stream is left alone while any dataset that reads it
 * is defined wrongly, because its entries could not be kept for that one.
 * @returns by dataset, why its stream could not be read: of connecting, or the problem of such a dataset; the others go on
 */
export async function relayStreams(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
  everything: Everything,
  listener: StreamListener,
  clock: SharedClock = nobodysClock,
): Promise<ReadonlyMap<string, SyncError>> {
  const read = new Set<string>();
  const refused = new Map<string, SyncError>();
  for (const { source } of datasets) {
    if (source.engine !== 'redis') continue;
    const name = JSON.stringify([source.database, source.stream]);
    if (read.has(name)) continue;
    read.add(name);
    const { database, stream } = source;
    const readers = datasets.filter(
      (each) => each.source.engine === 'redis' && each.source.database === database && each.source.stream === stream,
    );
    try {
      await clock(readers, () => relayOne(environment, database, stream, everything, listener));
    } catch (thrown) {
      refuse(refused, readers, thrown);
    }
  }
  return refused;
}

async function relayOne(
  environment: Environment,
  database: string,
  stream: string,
  everything: Everything,
  { log, signal }: StreamListener,
): Promise<void> {
  for (const { name, source } of everything.definitions) {
    const problem = everything.problems.get(name);
    if (problem !== undefined && 'stream' in source && source.stream === stream && source.database === database)
      throw problem;
  }
  const readers = everything.resolved.filter(
    ({ source }) => source.engine === 'redis' && source.database === database && source.stream === stream,
  );
  const masked = readers.flatMap((dataset) => dataset.masked);
  const system = await environment.system.connect('stream');
  try {
    const knownIdentity = await knownStreamIdentity(system, database);
    const result = await readStream({
      redis: environment.redis(database),
      stream,
      datasets: readers,
      insertJobs: async (captureId, entries) => {
        // A failure of SystemDB must not read as one of Redis.
        await relayEntries(system, { captureId, entries }).catch((error: unknown) => {
          throw asSyncError(error, masked);
        });
      },
      recordGap: async (captureId, { id, reason }) => {
        const marked = readers.map(({ name, jobType, entityType }) => ({ dataset: name, jobType, entityType }));
        const scope = { captureId, databaseName: database };
        await insertGapJobs(system, scope, marked, id, reason).catch((error: unknown) => {
          throw asSyncError(error, masked);
        });
        for (const { name } of readers) log(name, 'warn', `changes were lost: ${reason}`);
      },
      knownIdentity,
      log: (level, message, details) => {
        log(null, level, message, details);
      },
      signal,
    });
    await rememberStreamIdentity(system, database, result.captureId);
  } finally {
    await system.end().catch(() => undefined);
  }
}
