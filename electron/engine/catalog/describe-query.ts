import type { Client, Connection, Submittable } from 'pg';
import type { ColumnType } from './table';
import { readTypes } from './column-type';

/** A column of a query's result. */
export interface DescribedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
  readonly dataTypeModifier: number;
}

/** What pg calls on a Submittable while its messages arrive. */
interface Description extends Submittable {
  handleRowDescription(message: { readonly fields: readonly Field[] }): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

/**
 * Parses a statement on the server and reads the columns of its result; runs nothing, and needs no right on the tables.
 * The collation of a text column is not told: it counts as deterministic, and as no order that others share.
 * Throws the server's own error where the statement does not parse.
 */
export async function describeQuery(client: Client, sql: string): Promise<DescribedColumn[]> {
  const fields = await describe(client, sql);
  const types = await readTypes(
    client,
    fields.map((field) => ({
      oid: String(field.dataTypeID),
      typmod: field.dataTypeModifier,
      collation: null,
    })),
  );
  return fields.flatMap(({ name }, index) => {
    const type = types[index];
    return type === undefined ? [] : { name, type };
  });
}

function describe(client: Client, sql: string): Promise<readonly Field[]> {
  return new Promise((resolve, reject) => {
    let fields: readonly Field[] = [];
    const description: Description = {
      submit(connection: Connection) {
        connection.parse({ name: '', text: sql, types: [] }, true);
        connection.describe({ type: 'S', name: '' }, true);
        connection.sync();
      },
      handleRowDescription(message) {
        ({ fields } = message);
      },
      handleReadyForQuery() {
        resolve(fields);
      },
      handleError: reject,
    };
    client.query(description);
  });
}
