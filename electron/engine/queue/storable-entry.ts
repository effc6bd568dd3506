import type { Origin } from '../../../shared/engine/documents';
import type { StreamJob } from '../stream/parse-entry';

const integer = /^-?\d{1,18}$/;

/**
 * An entry as a row for the queue. Of what PostgreSQL cannot store as JSON (U+0000, half a surrogate pair) only the rest is kept,
 * and the job is failed: one such entry must not stop those behind it.
 */
export function asRow(entry: StreamJob): Record<string, unknown> {
  const { operation, values, origin } = entry;
  const data = { operation, before: null, after: values, origin };
  const key = unstorable(entry.entityKey);
  const reason = key ?? unstorable([data, entry.failure]);
  if (reason === null) return row(entry, entry.entityKey, data, entry.failure);
  return row(entry, key === null ? entry.entityKey : {}, nothing(storableOrigin(origin)), reason);
}

/** The row of an entry that the server refused: what is sure to go in, and why it failed. */
export function refusedRow(entry: StreamJob, reason: string): Record<string, unknown> {
  const { database, transaction, at } = entry.origin;
  const origin = {
    database,
    application: null,
    actor: null,
    session_user: null,
    client: null,
    transaction,
    at,
    run: null,
  };
  return row(entry, {}, nothing(origin), `stream entry ${entry.changeId} could not be stored: ${reason}`);
}

function nothing(origin: Origin): Record<string, unknown> {
  return { operation: 'update', before: null, after: null, origin };
}

function row(
  { dataset, changeId }: StreamJob,
  entityKey: Readonly<Record<string, string>>,
  data: Readonly<Record<string, unknown>>,
  failure: string | null,
): Record<string, unknown> {
  const [only, more] = Object.values(entityKey);
  return {
    job_type: dataset.jobType,
    entity_type: dataset.entityType,
    entity_id: only !== undefined && more === undefined && integer.test(only) ? only : null,
    entity_key: entityKey,
    data,
    dataset: dataset.name,
    change_id: changeId,
    failure,
  };
}

const halfPair = /\p{Surrogate}/u;

/** Why a value cannot be stored as jsonb, names of its members included; null where it can. */
function unstorable(value: unknown): string | null {
  if (typeof value === 'string') {
    if (value.includes('\0')) return 'it holds the character U+0000, which PostgreSQL cannot store';
    return halfPair.test(value) ? 'it holds half of a surrogate pair, which is no character' : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const part of Object.entries(value).flat()) {
    const reason = unstorable(part);
    if (reason !== null) return reason;
  }
  return null;
}

function storableOrigin(origin: Origin): Origin {
  const texts = Object.entries(origin).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? value.replaceAll(/\0|\p{Surrogate}/gu, '') : value,
  ]);
  return Object.fromEntries(texts) as Origin;
}
