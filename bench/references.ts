import type { Bench } from './bench';
import type { Databases } from './databases';
import { seconds } from './measure';
import { shell } from './shell';

/** Seconds of `psql COPY binary | psql COPY`. */
export function copyBinary(bench: Bench, { variables }: Databases, from: string, into: string): Promise<number> {
  return seconds(() =>
    shell('"$PSQL" -Xqd "$SOURCE" -c "$FROM" | "$PSQL" -Xqd "$TARGET" -v ON_ERROR_STOP=1 -c "$INTO"', {
      ...variables,
      PSQL: bench.programs.psql,
      FROM: `COPY ${from} TO STDOUT (FORMAT binary)`,
      INTO: `COPY ${into} FROM STDIN (FORMAT binary)`,
    }),
  );
}

/** Seconds of a merge by hand: COPY into a temporary table and INSERT … ON CONFLICT DO UPDATE, in one transaction. */
export function merge(bench: Bench, { variables }: Databases, from: string, into: string): Promise<number> {
  return seconds(() =>
    shell(
      '"$PSQL" -Xqd "$SOURCE" -c "$FROM" | ' +
        '"$PSQL" -Xqd "$TARGET" -v ON_ERROR_STOP=1 -1 -c "$CREATE" -c "$INTO" -c "$MERGE"',
      {
        ...variables,
        PSQL: bench.programs.psql,
        FROM: `COPY ${from} TO STDOUT (FORMAT binary)`,
        CREATE: `CREATE TEMP TABLE stage (LIKE ${into}) ON COMMIT DROP`,
        INTO: 'COPY stage FROM STDIN (FORMAT binary)',
        MERGE: `INSERT INTO ${into} SELECT * FROM stage ON CONFLICT (id) DO UPDATE SET
          amount = excluded.amount, at = excluded.at, name = excluded.name, data = excluded.data`,
      },
    ),
  );
}

/** The checksums that pg_comparator asks for; its own are in C and only for the server it was packaged for. */
export const comparatorFunctions = `
  CREATE FUNCTION cksum4(text) RETURNS int4 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT hashtext($1)';
  CREATE FUNCTION cksum8(text) RETURNS int8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT hashtextextended($1, 0)'`;

/** Seconds of pg_comparator over two tables with integer keys. */
export function comparator(bench: Bench, { variables }: Databases, table: string): Promise<number> {
  const url = (database: string): string =>
    `pgsql://$PGUSER@$PGHOST:$PGPORT/$${database}/${table}?id:amount,at,name,data`;
  return seconds(() =>
    shell(`"$COMPARATOR" --env-pass=PGPASSWORD --use-key --pg-text-cast "${url('SOURCE')}" "${url('TARGET')}"`, {
      ...variables,
      COMPARATOR: bench.programs.pg_comparator,
    }),
  );
}
