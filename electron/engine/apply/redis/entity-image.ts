import type { ResolvedDataset, ResolvedRedisTarget } from '../../dataset/resolved';
import type { ByteWriter } from './byte-writer';
import { appendBulk, appendBulkText, appendByte, appendJson, byteWriter } from './byte-writer';
import type { SourceRow } from './source-rows';

/** Writes the image of an entity as arguments of a script: how many values, then the values; gives how many arguments it wrote. */
export type ImageWriter = (writer: ByteWriter, row: SourceRow) => number;

/** What a marked entity's column holds when the entity is there again; null where the policy is another or it is left out. */
function clearedMark(dataset: ResolvedDataset): { column: string; value: string } | null {
  const policy = dataset.definition.on_delete;
  if (typeof policy === 'string' || policy.mark.clear === null) return null;
  const { column, clear } = policy.mark;
  return dataset.columns.some(({ name }) => name === column) ? null : { column, value: clear };
}

/** The writer for hash (field and value by turns), json (one text) or string (the one column; none where it is NULL). */
export function imageWriter(dataset: ResolvedDataset, target: ResolvedRedisTarget): ImageWriter {
  if (target.kind === 'hash') return hashWriter(dataset);
  return target.kind === 'json' ? jsonWriter(dataset) : valueWriter(dataset, target);
}

function hashWriter(dataset: ResolvedDataset): ImageWriter {
  const names = dataset.columns.map(({ name }) => Buffer.from(name));
  const mark = clearedMark(dataset);
  return (writer, row) => {
    let present = mark === null ? 0 : 1;
    for (let field = 0; field < names.length; field += 1) if ((row.lengths[field] ?? -1) >= 0) present += 1;
    appendBulkText(writer, String(present));
    for (let field = 0; field < names.length; field += 1) {
      const length = row.lengths[field] ?? -1;
      const name = names[field];
      if (length < 0 || name === undefined) continue;
      appendBulk(writer, name, 0, name.length);
      appendBulk(writer, row.bytes, row.offsets[field] ?? 0, length);
    }
    if (mark !== null) {
      appendBulkText(writer, mark.column);
      appendBulkText(writer, mark.value);
    }
    return 1 + 2 * present;
  };
}

function jsonWriter(dataset: ResolvedDataset): ImageWriter {
  const names = dataset.columns.map(({ name }) => Buffer.from(name));
  const mark = clearedMark(dataset);
  const scratch = byteWriter(4096);
  return (writer, row) => {
    scratch.at = 0;
    for (let field = 0; field < names.length; field += 1) {
      const length = row.lengths[field] ?? -1;
      const name = names[field];
      if (length < 0 || name === undefined) continue;
      appendByte(scratch, scratch.at === 0 ? 0x7b : 0x2c);
      appendJson(scratch, name, 0, name.length);
      appendByte(scratch, 0x3a);
      appendJson(scratch, row.bytes, row.offsets[field] ?? 0, length);
    }
    if (mark !== null) {
      const [column, value] = [Buffer.from(mark.column), Buffer.from(mark.value)];
      appendByte(scratch, 0x2c);
      appendJson(scratch, column, 0, column.length);
      appendByte(scratch, 0x3a);
      appendJson(scratch, value, 0, value.length);
    }
    appendByte(scratch, 0x7d);
    appendBulkText(writer, '1');
    appendBulk(writer, scratch.bytes, 0, scratch.at);
    return 2;
  };
}

function valueWriter(dataset: ResolvedDataset, target: ResolvedRedisTarget): ImageWriter {
  const field = dataset.columns.findIndex(({ name }) => name === target.value);
  return (writer, row) => {
    const length = row.lengths[field] ?? -1;
    appendBulkText(writer, length < 0 ? '0' : '1');
    if (length < 0) return 1;
    appendBulk(writer, row.bytes, row.offsets[field] ?? 0, length);
    return 2;
  };
}
