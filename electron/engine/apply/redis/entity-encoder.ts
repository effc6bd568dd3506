import type { ResolvedDataset, ResolvedRedisTarget } from '../../dataset/resolved';
import { encodeTemplateValue, parseTemplate, templateColumns } from '../../dataset/template';
import type { Template } from '../../dataset/template';
import { SyncError } from '../../errors';
import type { ByteWriter } from './byte-writer';
import { appendBulk, byteWriter } from './byte-writer';
import { imageWriter } from './entity-image';
import type { UnusableValue } from './index-entries';
import { entriesWriter } from './index-entries';
import type { RedisSelect } from './redis-select';
import type { SourceRow } from './source-rows';
import { templateWriter } from './template-writer';

/** Entities as arguments of a script, in bulk strings of the Redis protocol: first all keys, then for each its index entries and its image. */
export interface EncodedBatch {
  readonly count: number;
  /** How many arguments keys and data hold together. */
  readonly argumentCount: number;
  readonly keys: Buffer;
  readonly data: Buffer;
  /** The Redis key of the entity at this place. */
  readonly key: (place: number) => string;
}

export interface EntityEncoder {
  readonly template: Template;
  /** Adds a row to the batch; gives what is wrong with it, and adds nothing, where it cannot be an entity. */
  add(row: SourceRow): UnusableValue | null;
  /** What a row claims for itself alone: look-ups, and members of shared sorted sets (index key NUL member). */
  claims(row: SourceRow): string[];
  /** Entities in the batch so far. */
  count(): number;
  /** Bytes in the batch so far. */
  size(): number;
  /** Ends the batch and starts the next. */
  take(): EncodedBatch;
}

/**
 * Makes the encoder of a dataset, for rows in the order of the select.
 * @throws SyncError TEMPLATE_INVALID where the entity's template does not hold exactly the columns of the key
 */
export function entityEncoder(
  dataset: ResolvedDataset,
  target: ResolvedRedisTarget,
  select: RedisSelect,
): EntityEncoder {
  const template = entityTemplate(dataset, target);
  const keyWriter = templateWriter(template, (column) => dataset.columns.findIndex(({ name }) => name === column));
  const entries = entriesWriter(dataset, target, select);
  const writeImage = imageWriter(dataset, target);
  const value = target.kind === 'string' ? dataset.columns.findIndex(({ name }) => name === target.value) : -1;
  const scratch = byteWriter(4096);
  let keys: ByteWriter = byteWriter(32 * 1024);
  let data: ByteWriter = byteWriter(256 * 1024);
  let places: number[] = [];
  let argumentCount = 0;
  return {
    template,
    add(row) {
      const bad = entries.unusable(row);
      if (bad !== null) return bad;
      places.push(keys.at);
      scratch.at = 0;
      keyWriter.write(scratch, row);
      appendBulk(keys, scratch.bytes, 0, scratch.at);
      scratch.at = 0;
      // A string entity without a value does not exist, and has no entries either.
      if (value < 0 || (row.lengths[value] ?? -1) >= 0) entries.write(scratch, row);
      appendBulk(data, scratch.bytes, 0, scratch.at);
      argumentCount += 2 + writeImage(data, row);
      return null;
    },
    claims(row) {
      if (value >= 0 && (row.lengths[value] ?? -1) < 0) return [];
      scratch.at = 0;
      entries.write(scratch, row);
      return claimsOf(scratch.at === 0 ? [] : (JSON.parse(scratch.bytes.toString('utf8', 0, scratch.at)) as string[]));
    },
    count: () => places.length,
    size: () => keys.at + data.at,
    take() {
      const taken = { keys: keys.bytes.subarray(0, keys.at), data: data.bytes.subarray(0, data.at) };
      const starts = places;
      const batch: EncodedBatch = {
        ...taken,
        count: starts.length,
        argumentCount,
        key: (place) => bulkAt(taken.keys, starts[place] ?? 0),
      };
      keys = byteWriter(keys.bytes.length);
      data = byteWriter(data.bytes.length);
      places = [];
      argumentCount = 0;
      return batch;
    },
  };
}

/** The parsed template of a dataset's entities, whose keys tell entities apart. */
function entityTemplate(dataset: ResolvedDataset, target: ResolvedRedisTarget): Template {
  const template = parseTemplate(target.template);
  const key = dataset.key.map(({ name }) => name);
  const invalid = (why: string, hint: string): SyncError =>
    new SyncError('TEMPLATE_INVALID', `Dataset "${dataset.name}": the template "${target.template}" ${why}`, {
      hint,
      details: { dataset: dataset.name, template: target.template },
    });
  if (templateColumns(template).toSorted().join('\n') !== key.toSorted().join('\n')) {
    throw invalid(
      `must hold the columns of the key and no others: ${key.join(', ')}`,
      'A key that changed with another column would leave the old entity behind.',
    );
  }
  const between = template.slice(1, -1).filter((part) => typeof part === 'string');
  if (between.some((literal) => encodeTemplateValue(literal) === literal)) {
    throw invalid(
      'could give two entities the same key',
      'Separate its columns by a colon, such as seat:{launch_id}:{number}.',
    );
  }
  return template;
}

/** The exclusive ones of entries, four texts for each. */
function claimsOf(entries: readonly string[]): string[] {
  const claims: string[] = [];
  for (let at = 0; at < entries.length; at += 4) {
    const [id = '', key = '', member = ''] = entries.slice(at, at + 3);
    if (id.startsWith('K')) claims.push(key);
    else if (id.startsWith('Z')) claims.push(`${key}\0${member}`);
  }
  return claims;
}

function bulkAt(bytes: Buffer, start: number): string {
  const line = bytes.indexOf(0x0d, start);
  const length = Number(bytes.toString('latin1', start + 1, line));
  return bytes.toString('utf8', line + 2, line + 2 + length);
}
