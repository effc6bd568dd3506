import { digestOf, bucketDigests, differingBuckets, sameDigest } from '../../compare/digest';
import type { Digest } from '../../compare/digest';
import { keyRanges } from '../../compare/ranges';
import { bucketCount, everything } from '../../compare/span';
import type { Span } from '../../compare/span';
import { keyOrder } from '../../dataset/key-predicates';
import { postgresSource } from '../../dataset/projection';
import type { Tally } from '../../run/driver';
import { throwIfCancelled } from './connections';
import { rememberUnstaged } from './deletes';
import { mergeStage, targetTable } from './merge';
import type { Session } from './session';
import { fillSpan, stageSpan } from './stage';

/** Rows that a bucket of a differing range holds: few enough that little is copied for one changed row. */
const bucketRows = 64;

export function noTally(): Tally {
  return { inserted: 0, updated: 0, deleted: 0, unchanged: 0, skipped: 0, failed: 0 };
}

export function addTo(sum: Tally, part: Partial<Tally>): void {
  for (const name of Object.keys(part) as (keyof Tally)[]) sum[name] += part[name] ?? 0;
}

/**
 * Brings all of the target to the projection of the source, span by span: what is equal costs its hash, what the target does not
 * hold is copied straight in, of the rest the buckets that differ are staged and merged. Remembers the deletes that it finds.
 */
export async function upsertAll(session: Session): Promise<Tally> {
  const { context, policy, connections } = session;
  const ds = policy.dataset;
  const total = noTally();
  session.compared = [];
  const reader = await connections.sourceReader();
  const { table } = postgresSource(ds);
  const estimate = table?.estimatedRows ?? -1;
  context.progress.total(Math.max(estimate, 0), estimate >= 0 ? 'estimated' : 'unknown');
  await session.writer();
  const empty = await targetIsEmpty(session);
  const spans = keyOrder(ds) === null ? [everything] : keyRanges(reader, ds);
  for await (const span of spans) {
    throwIfCancelled(context.signal);
    const { tally, looked, source, touched } = empty ? await fill(session, span, null) : await bring(session, span);
    session.compared.push({ span, source, touched });
    addTo(total, tally);
    context.progress.advance(looked, tally);
  }
  return total;
}

interface Brought {
  readonly tally: Partial<Tally>;
  /** Rows of the source that were looked at. */
  readonly looked: number;
  readonly source: Digest | null;
  readonly touched: boolean;
}

async function targetIsEmpty(session: Session): Promise<boolean> {
  const reader = await session.connections.targetReader();
  const { rows } = await reader.query(`SELECT FROM ${targetTable(session.policy.dataset)} LIMIT 1`);
  return rows.length === 0;
}

async function bring(session: Session, span: Span): Promise<Brought> {
  const { context } = session;
  const { source, target } = await context.time('plan', () => digestBoth(session, span));
  if (sameDigest(source, target)) {
    return { tally: { unchanged: source.rows }, looked: source.rows, source, touched: false };
  }
  if (target.rows === 0 && session.policy.targetScope === undefined) return fill(session, span, source);
  const differing = await context.time('plan', () => narrow(session, span, Math.max(source.rows, target.rows)));
  return context.time('apply', () => merge(session, differing, source));
}

async function digestBoth(session: Session, span: Span): Promise<{ source: Digest; target: Digest }> {
  const { connections, policy } = session;
  const [sourceReader, targetReader] = await Promise.all([connections.sourceReader(), connections.targetReader()]);
  const [source, target] = await Promise.all([
    digestOf(sourceReader, policy.dataset, 'source', span),
    digestOf(targetReader, policy.dataset, 'target', span, policy.targetScope),
  ]);
  return { source, target };
}

/** The part of a span that lies in buckets that differ; all of it where most do. */
async function narrow(session: Session, span: Span, rows: number): Promise<Span> {
  const { connections, policy } = session;
  const of = bucketCount(rows, bucketRows, 1 << 17);
  const [sourceReader, targetReader] = await Promise.all([connections.sourceReader(), connections.targetReader()]);
  const [source, target] = await Promise.all([
    bucketDigests(sourceReader, policy.dataset, 'source', span, of),
    bucketDigests(targetReader, policy.dataset, 'target', span, of, policy.targetScope),
  ]);
  const numbers = differingBuckets(source, target);
  return numbers.length * 2 > of ? span : { ...span, buckets: { of, numbers } };
}

async function fill(session: Session, span: Span, source: Digest | null): Promise<Brought> {
  const { context, connections, policy, transaction } = session;
  if (policy.write === 'update') return context.time('apply', () => merge(session, span, source));
  const inserted = await context.time('apply', () =>
    transaction((writer) => fillSpan(connections, writer, policy.dataset, span)),
  );
  return { tally: { inserted }, looked: inserted, source, touched: true };
}

async function merge(session: Session, span: Span, source: Digest | null): Promise<Brought> {
  const { connections, policy, transaction } = session;
  const { merged, staged, found } = await transaction(async (writer) => {
    const staged = await stageSpan(connections, writer, policy.dataset, span);
    const merged = await mergeStage(writer, policy, staged);
    const found = policy.onDelete === 'keep' ? 0 : await rememberUnstaged(writer, policy, span);
    return { merged, staged, found };
  });
  if (found > 0) session.holdsWork = true;
  const looked = source?.rows ?? staged;
  const unchanged = looked - merged.inserted - merged.updated - merged.skipped;
  return { tally: { ...merged, unchanged }, looked, source, touched: true };
}
