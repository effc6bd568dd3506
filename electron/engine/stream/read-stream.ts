import { counted } from '../../../shared/format-number';
import type { Redis } from 'ioredis';
import { redisError } from '../connect/redis-errors';
import { cutOnCancel } from '../connect/cut-on-cancel';
import type { RedisDatabase } from '../connect/redis';
import type { ResolvedDataset } from '../dataset/resolved';
import { ensureGroup, hasGroup } from './consumer-group';
import { acknowledge, currentLoss, findLostEntries } from './lost-entries';
import { consumerGroup, consumerName } from './names';
import { entityOf, parseEntry } from './parse-entry';
import type { RawEntry, StreamJob } from './parse-entry';
import { redisIdentity } from './redis-identity';
import { requireStream } from './require-stream';

export interface ReadStreamOptions {
  readonly redis: RedisDatabase;
  readonly stream: string;
  /** Every dataset whose source is this stream. */
  readonly datasets: readonly ResolvedDataset[];
  /** Inserts jobs and commits; entries are acknowledged after it has returned, never before. Jobs may come again: it must ignore those it has. */
  readonly insertJobs: (captureId: string, jobs: readonly StreamJob[]) => Promise<void>;
  /**
   * Records that changes were missed, and commits; only after it has returned is the loss forgotten here. The same loss may come
   * again, with the same id: it must be recorded once.
   */
  readonly recordGap: (captureId: string, gap: StreamGap) => Promise<void>;
  /** The identity that was read the last time; null at first. Another one now is a gap. */
  readonly knownIdentity: string | null;
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
  readonly signal: AbortSignal;
}

/** Changes of a stream that nobody can read any more. */
export interface StreamGap {
  readonly id: string;
  readonly reason: string;
}

export interface ReadStreamResult {
  /** Identity of the Redis database: the capture id of the jobs. */
  readonly captureId: string;
  readonly entries: number;
  readonly jobs: number;
  /** Entries that could not be read; their jobs are failed. */
  readonly malformed: number;
  /** Entries of entities that no dataset wants; acknowledged without a job. */
  readonly unwanted: number;
  /** Why changes were missed (emptied, trimmed before they were read, group removed), or null. */
  readonly gap: string | null;
}

const block = 1_000;

/**
 * Brings into the queue what the stream held when this was called: first what an earlier reader took and never acknowledged, then
 * what is new. Exact across a crash: an entry is acknowledged after its jobs are committed, and jobs that are there already are ignored;
 * a loss is forgotten after it was recorded.
 * @throws SyncError DATASET_INVALID where the key is no stream, CONNECT_FAILED, CONNECTION_LOST and others as redisError gives them
 */
export async function readStream(options: ReadStreamOptions): Promise<ReadStreamResult> {
  const { redis: database, stream, knownIdentity } = options;
  const redis = await database.connect('stream');
  const uncut = cutOnCancel(options.signal, () => redis.disconnect());
  try {
    await requireStream(redis, database, stream);
    const captureId = await redisIdentity(redis);
    const counts = { entries: 0, jobs: 0, malformed: 0, unwanted: 0 };
    const gaps: string[] = [];
    const record = async (id: string, reason: string): Promise<void> => {
      await options.recordGap(captureId, { id, reason });
      gaps.push(reason);
    };
    const missed = async (id: string, reason: string): Promise<void> =>
      record(`${id}:${await currentLoss(redis, stream)}`, reason);
    if (knownIdentity !== null && knownIdentity !== captureId)
      await record(`emptied:${knownIdentity}`, `${database.label} was emptied since the last reading`);
    else if (knownIdentity !== null && !(await hasGroup(redis, stream)))
      await missed(`group:${await newestId(redis, stream)}`, `the consumer group of ${stream} was removed`);
    const group = await ensureGroup(redis, stream);
    for await (const entries of unread(redis, stream, group.lastGenerated, options.signal)) {
      const whole = entries.filter((entry): entry is RawEntry => entry.fields !== null);
      const deleted = entries.filter((entry) => entry.fields === null);
      const [first] = deleted;
      if (first !== undefined) {
        const count = counted(deleted.length, 'entry', 'entries');
        await missed(`deleted:${first.id}`, `${count} of ${stream} deleted before being read`);
      }
      await relay(options, captureId, whole, counts);
      await acknowledge(
        redis,
        stream,
        entries.map(({ id }) => id),
        first !== undefined,
      );
    }
    const lost = await findLostEntries(redis, stream);
    if (lost !== null) {
      await missed(lost.id, `${lost.text} trimmed or deleted before being read`);
      await lost.forget();
    }
    return { captureId, ...counts, gap: gaps.length === 0 ? null : gaps.join('; ') };
  } catch (cause) {
    options.signal.throwIfAborted();
    throw redisError(database.label, cause);
  } finally {
    uncut();
    redis.disconnect();
  }
}

/** Id of the newest entry that the stream holds; 0-0 where it holds none, or is not there. */
async function newestId(redis: Redis, stream: string): Promise<string> {
  const [newest] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
  return newest?.[0] ?? '0-0';
}

type StreamReply = [string, [string, string[] | null][]][] | null;
type PossiblyDeleted = Omit<RawEntry, 'fields'> & { readonly fields: readonly string[] | null };

/** What the group has not acknowledged, in blocks; fields are null where an entry was deleted from the stream since it was taken. */
async function* unread(
  redis: Redis,
  stream: string,
  until: string,
  signal: AbortSignal,
): AsyncGenerator<readonly PossiblyDeleted[]> {
  let pendingFrom: string | null = '0';
  for (;;) {
    signal.throwIfAborted();
    const from: string = pendingFrom ?? '>';
    const reply: StreamReply = await redis.xreadgroup(
      'GROUP',
      consumerGroup,
      consumerName,
      'COUNT',
      block,
      'STREAMS',
      stream,
      from,
    );
    const entries: readonly PossiblyDeleted[] = (reply?.[0]?.[1] ?? []).map(([id, fields]) => ({ id, fields }));
    const last = entries.at(-1)?.id;
    if (last !== undefined) yield entries;
    if (pendingFrom !== null) pendingFrom = last ?? null;
    // A writer that never rests must not keep a run reading for ever.
    else if (last === undefined || !isBefore(last, until)) return;
  }
}

async function relay(
  { redis, stream, datasets, insertJobs, log }: ReadStreamOptions,
  captureId: string,
  entries: readonly RawEntry[],
  counts: { entries: number; jobs: number; malformed: number; unwanted: number },
): Promise<void> {
  const unwanted = new Map<string, number>();
  const jobs = entries.flatMap((entry) => {
    const entity = entityOf(entry);
    const wanting = datasets.filter(
      ({ source }) => entity === null || (source.engine === 'redis' && source.entity === entity),
    );
    if (wanting.length === 0) unwanted.set(entity ?? '', (unwanted.get(entity ?? '') ?? 0) + 1);
    return wanting.map((dataset) => parseEntry(entry, dataset, redis.name));
  });
  const malformed = new Set(jobs.filter(({ failure }) => failure !== null).map(({ changeId }) => changeId));
  if (jobs.length > 0) await insertJobs(captureId, jobs);
  counts.entries += entries.length;
  counts.jobs += jobs.length;
  counts.malformed += malformed.size;
  for (const [entity, count] of unwanted) {
    counts.unwanted += count;
    log('info', `${counted(count, 'entry', 'entries')} of ${stream} are about "${entity}", which no dataset reads`, {
      entity,
      count,
    });
  }
  if (malformed.size > 0) {
    log(
      'warn',
      `${counted(malformed.size, 'entry', 'entries')} of ${stream} could not be read; their jobs are failed`,
      {
        entries: [...malformed].slice(0, 20),
      },
    );
  }
}

/** Order of stream ids, milliseconds and sequence. */
function isBefore(a: string, b: string): boolean {
  const [aMs = '0', aSeq = '0'] = a.split('-');
  const [bMs = '0', bSeq = '0'] = b.split('-');
  return BigInt(aMs) === BigInt(bMs) ? BigInt(aSeq) < BigInt(bSeq) : BigInt(aMs) < BigInt(bMs);
}
