import type { QualifiedName } from '../connect/identifiers';
import { quoteIdent, quoteLiteral } from '../connect/identifiers';
import { pinnedSettings } from '../connect/pinned-settings';

/** A column of a captured table, as the catalog knows it. */
export interface CapturedColumn {
  readonly name: string;
  /** As format_type writes it, without a length: a cast to it cuts nothing. */
  readonly type: string;
  /** The base type's name, a domain seen through. */
  readonly base: string;
  /** The type (or a domain's base type) is in pg_catalog. */
  readonly builtIn: boolean;
  readonly enumerated: boolean;
}

/** What is recorded of a table. */
export interface CaptureSpec extends QualifiedName {
  /** Keys and mappings first, then values. */
  readonly columns: readonly CapturedColumn[];
  /** So many leading columns are recorded of every change, also of the sync's own. */
  readonly kept: number;
  /** Unique and not null: pairs the old and the new image of a row. Empty where the table has no key. */
  readonly pairing: readonly CapturedColumn[];
  /** Skip updates that change none of these; null: skip only those that change nothing. */
  readonly watched: readonly string[] | null;
}

/**
 * The function behind the capture triggers of one table: one INSERT … SELECT per statement, as the role that installed it.
 * It pins the search_path without public, because it runs as definer: nobody else's operators or casts may be called.
 * What fails inside becomes a gap; where not even that can be recorded, a sequence counts it. The writer never fails.
 */
export function triggerFunctionSql(name: string, tableId: number, spec: CaptureSpec): string {
  const id = String(tableId);
  const insert = (own: boolean, op: string, oldImage: string, newImage: string, from: string): string =>
    `INSERT INTO astro_sync.change_log (at, table_id, op, old, new, application, actor, run)
      SELECT captured_at, ${id}, ${op}, ${oldImage}, ${newImage}, captured_application, captured_actor, ${own ? 'captured_run' : 'NULL::uuid'}
      ${from}`;
  const statements = (own: boolean): string => {
    const columns = own ? spec.columns.slice(0, spec.kept) : spec.columns;
    const oldImage = image('o', columns);
    const newImage = image('n', columns);
    return `IF TG_OP = 'UPDATE' THEN
      ${updateStatement(spec, (op, o, n, from) => insert(own, op, o, n, from), oldImage, newImage)}
    ELSIF TG_OP = 'INSERT' THEN
      ${insert(own, `'I'`, 'NULL', newImage, 'FROM new_rows AS n')};
    ELSE
      ${insert(own, `'D'`, oldImage, 'NULL', 'FROM old_rows AS o')};
    END IF;`;
  };
  return `CREATE OR REPLACE FUNCTION astro_sync.${quoteIdent(name)}() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  ${settingsFor(spec)}
AS ${quoteLiteral(`
#variable_conflict use_column
DECLARE
  captured_at timestamptz;
  captured_application text;
  captured_actor text;
  captured_run uuid;
BEGIN
  captured_at := clock_timestamp();
  captured_application := coalesce(nullif(current_setting('astro_sync.application', true), ''), current_setting('application_name'));
  captured_actor := coalesce(nullif(current_setting('astro_sync.actor', true), ''), session_user);
  IF TG_OP = 'TRUNCATE' THEN
    INSERT INTO astro_sync.change_log (table_id, op, new, application, actor)
      VALUES (${id}, 'R', ARRAY['truncated'], captured_application, captured_actor);
    RETURN NULL;
  END IF;
  IF nullif(current_setting('astro_sync.run', true), '') IS NOT NULL AND to_regrole('astro_sync') IS NOT NULL THEN
    IF pg_has_role(session_user, 'astro_sync', 'member') THEN
      captured_run := current_setting('astro_sync.run', true)::uuid;
    END IF;
  END IF;
  IF captured_run IS NULL THEN
    ${statements(false)}
  ELSE
    ${statements(true)}
  END IF;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  BEGIN
    INSERT INTO astro_sync.change_log (table_id, op, new) VALUES (${id}, 'G', ARRAY[SQLSTATE, SQLERRM]);
  EXCEPTION WHEN OTHERS THEN
    BEGIN
      PERFORM nextval('astro_sync.lost_changes');
    EXCEPTION WHEN OTHERS THEN
      NULL;
    END;
  END;
  RETURN NULL;
END
`)}`;
}

type Insert = (op: string, oldImage: string, newImage: string, from: string) => string;

/**
 * Old and new image of a row are paired by key with a FULL JOIN: whatever plan is cached from a one-row statement, it is never a
 * nested loop over the rows of a large one. A changed key is a delete and an insert.
 */
function updateStatement(spec: CaptureSpec, insert: Insert, oldImage: string, newImage: string): string {
  const [first] = spec.pairing;
  if (first === undefined) {
    return `${insert(`'D'`, oldImage, 'NULL', 'FROM old_rows AS o')};
      ${insert(`'I'`, 'NULL', newImage, 'FROM new_rows AS n')};`;
  }
  const oldKey = `o.${quoteIdent(first.name)}`;
  const newKey = `n.${quoteIdent(first.name)}`;
  const on = spec.pairing.map((column) => `${pairValue('o', column)} = ${pairValue('n', column)}`).join(' AND ');
  const row = (alias: string): string =>
    spec.watched === null
      ? alias
      : `ROW(${spec.watched.map((name) => `${alias}.${quoteIdent(name)}`).join(', ')})::record`;
  return `${insert(
    `CASE WHEN ${oldKey} IS NULL THEN 'I' WHEN ${newKey} IS NULL THEN 'D' ELSE 'U' END`,
    `CASE WHEN ${oldKey} IS NOT NULL THEN ${oldImage} END`,
    `CASE WHEN ${newKey} IS NOT NULL THEN ${newImage} END`,
    `FROM old_rows AS o FULL JOIN new_rows AS n ON ${on}
      WHERE ${oldKey} IS NULL OR ${newKey} IS NULL OR ${row('o')} *<> ${row('n')}`,
  )};`;
}

function image(alias: string, columns: readonly CapturedColumn[]): string {
  return `ARRAY[${columns.map((column) => asText(alias, column)).join(', ')}]::text[]`;
}

/** A cast of a type that somebody made may call that somebody's function; its output function may not. */
function asText(alias: string, column: CapturedColumn): string {
  const value = `${alias}.${quoteIdent(column.name)}`;
  return column.builtIn || column.enumerated
    ? `${value}::text`
    : `CASE WHEN ${value} IS DISTINCT FROM NULL THEN concat(${value}) END`;
}

function pairValue(alias: string, column: CapturedColumn): string {
  return column.builtIn ? `${alias}.${quoteIdent(column.name)}` : asText(alias, column);
}

const independentOfSettings = new Set([
  'int2',
  'int4',
  'int8',
  'numeric',
  'text',
  'varchar',
  'bpchar',
  'name',
  'uuid',
  'bool',
  'json',
  'jsonb',
]);

/** Pins what the text of these columns depends on; each setting costs every statement, so plain types go without. */
function settingsFor(spec: CaptureSpec): string {
  const plain = spec.columns.every((column) => column.enumerated || independentOfSettings.has(column.base));
  const settings = Object.entries(pinnedSettings).filter(([name]) => name !== 'search_path' && !plain);
  return ['SET search_path = pg_catalog, pg_temp', ...settings.map(([name, value]) => `SET ${name} = '${value}'`)].join(
    '\n  ',
  );
}
