import { hiddenValue } from '../../../../shared/engine/hidden-value';
import { createHash } from 'node:crypto';
import type { RedisIndex, ResolvedDataset, ResolvedRedisTarget } from '../../dataset/resolved';
import { parseTemplate, readTemplate, templateColumns } from '../../dataset/template';
import type { ByteWriter } from './byte-writer';
import { appendByte, appendJson, byteWriter } from './byte-writer';
import type { RedisSelect } from './redis-select';
import type { SourceRow } from './source-rows';
import { rowText } from './source-rows';
import { templateWriter } from './template-writer';

/** Why a row cannot become an entity. */
export interface UnusableValue {
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

/** Writes the index entries of rows. */
export interface EntriesWriter {
  /** A flat JSON array, four texts for each entry: index, key, member or value, score; nothing at all where there is no entry. */
  write(writer: ByteWriter, row: SourceRow): void;
  unusable(row: SourceRow): UnusableValue | null;
}

const score = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|Infinity)$/u;
const comma = 0x2c;

/**
 * How an index is named in the ledger: a letter for its kind and a digest of its template. A capital letter says that entries
 * are claimed, because two entities may want the same one; a small one that the member is the entity's own key.
 */
export function indexId(index: RedisIndex, dataset: ResolvedDataset): string {
  const digest = createHash('sha256').update(`${index.kind} ${index.template}`).digest('hex').slice(0, 8);
  const [key, ...others] = dataset.key;
  const own = index.kind !== 'string' && others.length === 0 && key?.name === index.member;
  const letter = { set: 's', zset: 'z', string: 'k' }[index.kind];
  return (own ? letter : letter.toUpperCase()) + digest;
}

/** How a key of an index, and a member of it, may be shown: as the template and dots where a column of them is masked. */
export function shownEntry(
  dataset: ResolvedDataset,
  target: ResolvedRedisTarget,
  key: string,
  member: string | null,
): { readonly index: string; readonly member: string | null } {
  const masked = new Set(dataset.columns.filter((column) => column.masked).map(({ name }) => name));
  const index = target.indexes.find(({ template }) => readTemplate(parseTemplate(template), key) !== null);
  if (index === undefined) return { index: key, member };
  const hidden = templateColumns(parseTemplate(index.template)).some((column) => masked.has(column));
  return {
    index: hidden ? index.template : key,
    member: member !== null && masked.has(index.member) ? hiddenValue : member,
  };
}

/** Prepares the index entries of a dataset; an entry with a NULL in its template, member or score does not exist. */
export function entriesWriter(
  dataset: ResolvedDataset,
  target: ResolvedRedisTarget,
  select: RedisSelect,
): EntriesWriter {
  const fieldOf = (column: string): number => dataset.columns.findIndex(({ name }) => name === column);
  const indexes = target.indexes.map((index, i) => {
    const template = templateWriter(parseTemplate(index.template), fieldOf);
    const member = fieldOf(index.member);
    const scoreField = select.scores[i] ?? -1;
    const needed = [...template.fields, member, ...(scoreField < 0 ? [] : [scoreField])];
    return { id: Buffer.from(indexId(index, dataset)), template, member, scoreField, needed, index };
  });
  const key = byteWriter(256);
  const field = (writer: ByteWriter, row: SourceRow, at: number): void => {
    appendJson(writer, row.bytes, row.offsets[at] ?? 0, row.lengths[at] ?? 0);
  };
  return {
    write(writer, row) {
      let entries = 0;
      for (const { id, template, member, scoreField, needed } of indexes) {
        if (!needed.every((at) => (row.lengths[at] ?? -1) >= 0)) continue;
        appendByte(writer, entries === 0 ? 0x5b : comma);
        entries += 1;
        key.at = 0;
        template.write(key, row);
        appendJson(writer, id, 0, id.length);
        appendByte(writer, comma);
        appendJson(writer, key.bytes, 0, key.at);
        appendByte(writer, comma);
        field(writer, row, member);
        appendByte(writer, comma);
        if (scoreField < 0) appendJson(writer, id, 0, 0);
        else field(writer, row, scoreField);
      }
      if (entries > 0) appendByte(writer, 0x5d);
    },
    unusable(row) {
      for (const { scoreField, index } of indexes) {
        const text = scoreField < 0 ? null : rowText(row, scoreField);
        if (text === null || score.test(text)) continue;
        return { column: index.score?.column ?? '', value: text, reason: 'the value is no score of a sorted set' };
      }
      return null;
    },
  };
}
