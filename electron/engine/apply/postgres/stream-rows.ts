import type { Client } from 'pg';
import { keyText } from '../../dataset/key-text';
import { chosenSamples } from '../../compare/choose-samples';
import type { Policy } from '../../compare/policy';
import { OtherKey, isDataError } from '../../compare/server-errors';
import { spanOfKeys } from '../../compare/span';
import type { Span } from '../../compare/span';
import { quoteIdent } from '../../connect/identifiers';
import { targetColumns, typedColumn } from '../../dataset/projection';
import type { ProjectedColumn, ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey, EntityResult, StreamImage, Verification } from '../../run/driver';
import { inSavepoint } from './divide';
import { targetTable } from './merge';
import type { Cell, OnUnreadable, RowSource } from './row-source';
import { classify } from './classify';
import { keyRecord } from './row-errors';
import type { Session } from './session';
import { rawStage, stage } from './work-tables';

/** The images of a stream that a run works on. */
export interface StreamRows extends RowSource {
  /** Takes the images of a batch; those of earlier batches stay only while they are asked for. */
  take(images: readonly StreamImage[]): void;
  /** Forgets the images of entities that are settled. */
  settle(keys: readonly EntityKey[], results: readonly EntityResult[]): void;
  verify(session: Session, keys: readonly EntityKey[], ignore: (key: EntityKey) => boolean): Promise<Verification>;
}

type Image = NonNullable<StreamImage['values']>;

/** Images that have the same fields, and so the same columns. */
interface Group {
  readonly present: readonly ProjectedColumn[];
  readonly images: readonly {
    readonly key: EntityKey;
    readonly values: Image;
    /** It says everything: what it does not name is null. */
    readonly whole: boolean;
  }[];
}

/**
 * Rows from the images of stream entries: the projection's expressions run on the target's server, over the fields as text. A column
 * that is made of fields which an image lacks keeps what the target has.
 */
export function streamRows({ dataset: ds, onDelete }: Policy): StreamRows {
  const known = new Map<string, StreamImage>();
  let settled: string[] = [];
  const imagesOf = (span: Span): Group['images'] =>
    (span.keys ?? []).flatMap((key) => {
      const image = known.get(keyText(key));
      return image === undefined || image.values === null
        ? []
        : [
            {
              key,
              values: { ...fieldsOfKey(ds, key), ...image.values },
              whole: image.anew === true && onDelete === 'delete',
            },
          ];
    });

  const stageRaw = async (writer: Client, span: Span, onUnreadable: OnUnreadable): Promise<void> => {
    try {
      await inSavepoint(writer, async () => {
        for (const group of groupsOf(ds, imagesOf(span))) await insertGroup(writer, ds, group, rawStage);
      });
      return;
    } catch (error) {
      if (!isDataError(error)) throw error;
      const keys = span.keys ?? [];
      const [only] = keys;
      if (keys.length <= 1) {
        const [image] = imagesOf(span);
        if (only !== undefined)
          onUnreadable(only, error, image === undefined ? null : await cellOf(writer, ds, image, error));
        return;
      }
      const middle = keys.length >> 1;
      await stageRaw(writer, spanOfKeys(keys.slice(0, middle)), onUnreadable);
      await stageRaw(writer, spanOfKeys(keys.slice(middle)), onUnreadable);
    }
  };

  return {
    take(images) {
      for (const key of settled) known.delete(key);
      settled = [];
      for (const image of images) known.set(keyText(image.key), image);
    },
    settle(keys, results) {
      settled = keys.filter((_, index) => results[index] !== 'later').map(keyText);
    },
    async stage(writer, span) {
      let rows = 0;
      for (const group of groupsOf(ds, imagesOf(span))) rows += await insertGroup(writer, ds, group, stage);
      return rows;
    },
    stageRaw,
    gone(keys) {
      return Promise.resolve(new Set(keys.map(keyText).filter((key) => known.get(key)?.values === null)));
    },
    verify: (session, keys, ignore) => verifyImages(session, known, keys, ignore),
  };
}

/** A stream's key fields are its key, whether or not the image repeats them. */
function fieldsOfKey(ds: ResolvedDataset, key: EntityKey): Image {
  return Object.fromEntries(ds.key.flatMap(({ reads }, index) => reads.map((field) => [field, key[index] ?? null])));
}

function groupsOf(ds: ResolvedDataset, images: Group['images']): Group[] {
  const groups = new Map<string, { present: ProjectedColumn[]; images: Group['images'][number][] }>();
  for (const image of images) {
    const present = ds.columns.filter(
      ({ isKey, reads }) => image.whole || isKey || reads.length === 0 || reads.some((field) => field in image.values),
    );
    const signature = JSON.stringify(present.map(({ name }) => name));
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, { present, images: [image] });
    else group.images.push(image);
  }
  return [...groups.values()];
}

/** What an error is about: a key that is another, or the column that cannot be evaluated, found one by one. */
async function cellOf(
  writer: Client,
  ds: ResolvedDataset,
  image: Group['images'][number],
  error: unknown,
): Promise<Cell | null> {
  if (error instanceof OtherKey) return { column: error.column, value: error.found };
  for (const column of ds.columns) {
    const fields = Object.keys(image.values);
    const sql = `SELECT ${textOf(ds, column)} FROM (SELECT ${fields
      .map((field, index) => `$${String(index + 1)}::pg_catalog.text AS ${quoteIdent(field)}`)
      .join(', ')}) AS s`;
    try {
      await inSavepoint(writer, () =>
        writer.query(
          sql,
          fields.map((field) => image.values[field] ?? null),
        ),
      );
    } catch {
      const [only, second] = column.reads;
      const made = only !== undefined && second === undefined;
      return { column: column.name, value: made ? (image.values[only]?.slice(0, 200) ?? null) : null };
    }
  }
  return null;
}

/** A column as text that the target may still refuse; but of a key what the target makes of it. */
function textOf(ds: ResolvedDataset, column: ProjectedColumn): string {
  if (!column.isKey) return `(${column.expression})::pg_catalog.text`;
  return `(${typedColumn(ds, column)})::${column.type.sql}::pg_catalog.text`;
}

/**
 * Puts the projection of some images into the stage, or into the raw stage as text; gives the number of rows.
 * @throws OtherKey where a row's key is not the entity's: it would be written in another's place
 */
async function insertGroup(
  writer: Client,
  ds: ResolvedDataset,
  { present, images }: Group,
  into: string,
): Promise<number> {
  const fields = [...new Set([...ds.reads, ...ds.columns.flatMap(({ reads }) => reads)])];
  const raw = into === rawStage;
  const columns = ds.columns.map((column) => {
    const value = raw ? textOf(ds, column) : typedColumn(ds, column);
    if (present.includes(column)) return value;
    return raw ? `t.${quoteIdent(column.name)}::pg_catalog.text` : `t.${quoteIdent(column.name)}`;
  });
  const key = ds.key.map((column) => `t.${quoteIdent(column.name)} = ${typedColumn(ds, column)}`).join(' AND ');
  const held = present.length === ds.columns.length ? '' : ` LEFT JOIN ${targetTable(ds)} AS t ON ${key}`;
  const where = ds.source.engine === 'redis' && ds.source.where !== null ? ` WHERE (${ds.source.where})` : '';
  const { rows } = await writer.query<(string | null)[]>({
    text:
      `INSERT INTO ${into} (${targetColumns(ds)}) SELECT ${columns.join(', ')} ` +
      `FROM unnest(${fields.map((_, index) => `$${String(index + 1)}::pg_catalog.text[]`).join(', ')}) AS s(${fields.map(quoteIdent).join(', ')})` +
      held +
      where +
      ` RETURNING ${ds.key.map(({ name }) => `${quoteIdent(name)}::pg_catalog.text`).join(', ')}`,
    values: fields.map((field) => images.map(({ values }) => values[field] ?? null)),
    rowMode: 'array',
  });
  refuseOtherKeys(ds, images, rows);
  return rows.length;
}

function refuseOtherKeys(
  ds: ResolvedDataset,
  images: Group['images'],
  rows: readonly (readonly (string | null)[])[],
): void {
  const wanted = new Map(images.map(({ key }) => [keyText(key), key]));
  const other = rows.filter((row) => !wanted.delete(JSON.stringify(row)));
  const [row] = other;
  const [meant] = wanted.values();
  if (row === undefined || meant === undefined) return;
  const index = Math.max(
    0,
    meant.findIndex((value, i) => value !== row[i]),
  );
  throw new OtherKey(ds.key[index]?.name ?? '', meant[index] ?? '', row[index] ?? null);
}

/** Stages the images again, looks how the target differs from them, and writes nothing. */
async function verifyImages(
  session: Session,
  known: ReadonlyMap<string, StreamImage>,
  keys: readonly EntityKey[],
  ignore: (key: EntityKey) => boolean,
): Promise<Verification> {
  if (session.context.write === null) return { equal: 0, differences: 0, samples: [] };
  const { policy, rows } = session;
  const wanted = keys.filter((key) => known.has(keyText(key)) && !ignore(key));
  if (wanted.length === 0) return { equal: 0, differences: 0, samples: [] };
  const writer = await session.writer();
  await writer.query('BEGIN');
  try {
    await rows.stage(writer, spanOfKeys(wanted));
    const deeds = await classify(writer, policy, wanted);
    const differing = wanted.flatMap((key, index) => {
      const deed = deeds[index];
      // An entity that a condition leaves out has no row; only an image that says so is a delete.
      if (deed === 'd' && (policy.onDelete === 'keep' || known.get(keyText(key))?.values !== null)) return [];
      const operation = deed === 'i' ? 'insert' : deed === 'u' ? 'update' : deed === 'd' ? 'delete' : null;
      return operation === null ? [] : [{ key: keyRecord(policy.dataset, key), operation } as const];
    });
    const equal = wanted.length - differing.length;
    return { equal, differences: differing.length, samples: chosenSamples(differing) };
  } finally {
    await writer.query('ROLLBACK');
  }
}
