import { hiddenValue } from '../../../shared/engine/hidden-value';
import type { Origin } from '../../../shared/engine/documents';
import type { ResolvedDataset } from '../dataset/resolved';
import { flatJson } from './flat-json';

/** One entry of a change stream as it concerns one dataset: what the queue makes a job of. */
export interface StreamJob {
  readonly dataset: ResolvedDataset;
  /** The entry's id: with the identity of the Redis it tells a change from every other. */
  readonly changeId: string;
  /** The dataset's key columns → canonical text; as much as could be read where failure is set. */
  readonly entityKey: Readonly<Record<string, string>>;
  readonly operation: string;
  /** Fields → text or null; null where a delete brought none. */
  readonly values: Readonly<Record<string, string | null>> | null;
  readonly origin: Origin;
  /** Why it cannot be applied: such a job is failed from the start, so that it is seen and not lost. */
  readonly failure: string | null;
}

/** One entry as Redis gives it: fields and values by turns. */
export interface RawEntry {
  readonly id: string;
  readonly fields: readonly string[];
}

const operations: readonly string[] = ['insert', 'update', 'delete'];

/** The entity that an entry is about; null where it does not say. */
export function entityOf(entry: RawEntry): string | null {
  return fieldOf(entry, 'entity');
}

/**
 * Reads an entry `entity … key … op insert|update|delete values <json> application … actor … at …` for a dataset. The key of a
 * dataset with several key columns, and optionally of any, is a JSON object. Never throws: what cannot be read becomes a failure.
 * @param database the environment's name of the Redis, for the origin
 */
export function parseEntry(entry: RawEntry, dataset: ResolvedDataset, database: string): StreamJob {
  const operation = fieldOf(entry, 'op') ?? '';
  const origin: Origin = {
    database,
    application: fieldOf(entry, 'application'),
    actor: fieldOf(entry, 'actor'),
    session_user: null,
    client: null,
    transaction: entry.id,
    at: timeOf(entry),
    run: null,
  };
  const failures: string[] = [];
  const attempt = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  };
  if (entityOf(entry) === null) failures.push('it names no entity');
  const entityKey = attempt(() => keyOf(entry, dataset), {});
  if (!operations.includes(operation)) failures.push(`its op is "${operation}", not insert, update or delete`);
  const values = attempt(() => valuesOf(entry, operation), null);
  attempt(() => {
    refuseOtherKey(dataset, entityKey, values);
  }, undefined);
  const failure = failures.length === 0 ? null : `stream entry ${entry.id}: ${failures.join('; ')}`;
  return { dataset, changeId: entry.id, entityKey, operation, values, origin, failure };
}

function keyOf(entry: RawEntry, dataset: ResolvedDataset): Record<string, string> {
  const text = fieldOf(entry, 'key');
  if (text === null || text === '') throw new TypeError('it has no key');
  const members = dataset.key.length > 1 || text.startsWith('{') ? objectOf(text, 'key') : null;
  return Object.fromEntries(
    dataset.key.map(({ name, reads }) => {
      const value = members === null ? text : (members[reads[0] ?? name] ?? members[name] ?? null);
      if (value === null) throw new TypeError(`its key has no "${name}"`);
      return [name, value];
    }),
  );
}

function valuesOf(entry: RawEntry, operation: string): Record<string, string | null> | null {
  const text = fieldOf(entry, 'values');
  if (text !== null) return objectOf(text, 'values');
  if (operation === 'delete') return null;
  throw new TypeError('it has no values');
}

/** Values that name another entity than the key does: it cannot be told which of the two is meant. */
function refuseOtherKey(
  dataset: ResolvedDataset,
  entityKey: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string | null>> | null,
): void {
  for (const { name, reads } of dataset.key) {
    const [field, second] = reads;
    const said = entityKey[name];
    if (values === null || field === undefined || second !== undefined || said === undefined) continue;
    const other = Object.hasOwn(values, field) ? values[field] : said;
    if (other === said || (typeof other === 'string' && maySayTheSame(other, said))) continue;
    const isMasked = dataset.masked.includes(name) || dataset.masked.includes(field);
    const shown = (value: string): string => `"${isMasked ? hiddenValue : value}"`;
    throw new TypeError(
      `its key says that "${field}" is ${shown(said)}, its values say ${other === null || other === undefined ? 'null' : shown(other)}`,
    );
  }
}

/** True where two texts may be one value in the target's type, which tells for sure. */
function maySayTheSame(a: string, b: string): boolean {
  const integer = /^[+-]?\d+$/;
  if (integer.test(a) && integer.test(b)) return BigInt(a.replace('+', '')) === BigInt(b.replace('+', ''));
  return a.trim().toLowerCase() === b.trim().toLowerCase() || (Number(a) === Number(b) && a.trim() !== '');
}

function objectOf(text: string, field: string): Record<string, string | null> {
  try {
    return flatJson(text);
  } catch (error) {
    const notJson = error instanceof SyntaxError || error instanceof TypeError;
    const reason = notJson ? 'are no JSON object' : `could not be read: ${String(error)}`;
    throw new TypeError(`its ${field} ${reason}`, { cause: error });
  }
}

function fieldOf(entry: RawEntry, name: string): string | null {
  for (let i = entry.fields.length - 2; i >= 0; i -= 2)
    if (entry.fields[i] === name) return entry.fields[i + 1] ?? null;
  return null;
}

/** When the change was made: as the writer says it where that is a time, else when the entry came. PostgreSQL can read it. */
function timeOf(entry: RawEntry): string {
  const said = fieldOf(entry, 'at');
  if (said !== null && exactTime.test(said) && isDay(said.slice(0, 10)) && isTime(Date.parse(said))) return said;
  for (const time of [said === null || exactTime.test(said) ? NaN : Date.parse(said), Number(entry.id.split('-')[0])])
    if (isTime(time)) return new Date(time).toISOString();
  return new Date().toISOString();
}

const exactTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

/** From year 1 to 9999, which both sides write alike. */
function isTime(time: number): boolean {
  return time >= Date.parse('0001-01-02T00:00:00Z') && time < Date.parse('9999-12-31T00:00:00Z');
}

/** The 31st of February is a day to JavaScript. */
function isDay(date: string): boolean {
  const time = Date.parse(date);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
