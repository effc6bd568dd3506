import type { Client } from 'pg';
import { presentKeys } from '../../compare/present-keys';
import { selectRows } from '../../compare/digest';
import { inBlocks } from '../../compare/key-hashes';
import { keyText } from '../../dataset/key-text';
import { isDataError } from '../../compare/server-errors';
import { spanOfKeys } from '../../compare/span';
import type { Span } from '../../compare/span';
import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import {
  columnText,
  copiesBinary,
  keyTexts,
  postgresTarget,
  targetColumns,
  typedColumns,
} from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey } from '../../run/driver';
import type { Connections } from './connections';
import { copyRows } from './copy-rows';
import { rawStage, stage } from './work-tables';

/** Where the rows of a dataset come from: a table or query of a source database, or images of a stream. */
export interface RowSource {
  /** Puts the rows of a span into the stage; gives their number. Throws where a row does not fit. */
  stage(writer: Client, span: Span): Promise<number>;
  /**
   * Puts the rows of a span into the raw stage, as text, one by one where need be.
   * @param onUnreadable called for each entity on which the projection itself fails
   */
  stageRaw(writer: Client, span: Span, onUnreadable: OnUnreadable): Promise<void>;
  /** Those of these entities that are proven to be gone, as texts of keys. */
  gone(keys: readonly EntityKey[]): Promise<ReadonlySet<string>>;
}

export type OnUnreadable = (key: EntityKey, error: unknown, cell: Cell | null) => void;

/** The column whose expression fails, and what it is made of. */
export interface Cell {
  readonly column: string;
  readonly value: string | null;
}

/** Rows of a PostgreSQL source, in the run's snapshot. */
export function postgresRows(connections: Connections, ds: ResolvedDataset): RowSource {
  const stageRaw = async (writer: Client, span: Span, onUnreadable: OnUnreadable): Promise<void> => {
    try {
      await copyRaw(connections, writer, ds, span);
      return;
    } catch (error) {
      if (!isDataError(error)) throw error;
      await writer.query('ROLLBACK TO SAVEPOINT astro_sync_raw');
      const [only, second] = span.keys ?? [];
      if (only !== undefined && second === undefined) {
        onUnreadable(only, error, await unreadableCell(connections, ds, only));
        return;
      }
    }
    const keys = span.keys ?? (await keysOf(connections, ds, span));
    const middle = Math.ceil(keys.length / 2);
    for (const half of inBlocks(keys, middle)) await stageRaw(writer, spanOfKeys(half), onUnreadable);
  };
  return {
    stage: (writer, span) =>
      copyRows(
        connections,
        writer,
        selectRows(ds, 'source', typedColumns(ds), span),
        `${stage} (${targetColumns(ds)})`,
        copiesBinary(ds),
      ),
    stageRaw,
    async gone(keys) {
      const reader = await connections.sourceReader();
      const there = await presentKeys(reader, ds, 'source', keys);
      return new Set(keys.filter((_, index) => !there.has(index)).map(keyText));
    },
  };
}

/** Copies the rows of a span straight into the target, which holds none of them; gives their number. */
export function fillSpan(connections: Connections, writer: Client, ds: ResolvedDataset, span: Span): Promise<number> {
  const select = selectRows(ds, 'source', typedColumns(ds), span);
  const into = `${quoteQualified(postgresTarget(ds).table)} (${targetColumns(ds)})`;
  return copyRows(connections, writer, select, into, copiesBinary(ds));
}

async function copyRaw(connections: Connections, writer: Client, ds: ResolvedDataset, span: Span): Promise<void> {
  await writer.query('SAVEPOINT astro_sync_raw');
  const columns = ds.columns.map((column) => columnText(ds, column, 'source')).join(', ');
  await copyRows(connections, writer, selectRows(ds, 'source', columns, span), rawStage, false);
  await writer.query('RELEASE SAVEPOINT astro_sync_raw');
}

/** Evaluates the columns of one entity one by one. */
async function unreadableCell(connections: Connections, ds: ResolvedDataset, key: EntityKey): Promise<Cell | null> {
  const reader = await connections.sourceReader();
  const read = (sql: string): Promise<string | null> =>
    reader
      .query<[string | null]>({ text: selectRows(ds, 'source', sql, spanOfKeys([key])), rowMode: 'array' })
      .then(({ rows }) => rows[0]?.[0] ?? null);
  for (const column of ds.columns) {
    try {
      await read(columnText(ds, column, 'source'));
    } catch (error) {
      if (!isDataError(error)) throw error;
      await connections.restoreSource(reader);
      const [only, second] = column.reads;
      const made = only !== undefined && second === undefined;
      return {
        column: column.name,
        value: made ? await read(`left(s.${quoteIdent(only)}::pg_catalog.text, 200)`) : null,
      };
    }
  }
  return null;
}

async function keysOf(connections: Connections, ds: ResolvedDataset, span: Span): Promise<EntityKey[]> {
  const reader = await connections.sourceReader();
  const { rows } = await reader.query<string[]>({
    text: selectRows(ds, 'source', keyTexts(ds, 'source').join(', '), span),
    rowMode: 'array',
  });
  return rows;
}
