import type { QualifiedName } from '../connect/identifiers';
import { quoteIdent, quoteLiteral } from '../connect/identifiers';
import { changedCheaply, columnText, pairingValue } from './column-text';
import type { CapturedColumn } from './column-text';
import { textSettings } from './text-settings';

/** What is recorded of a table. */
export interface CaptureSpec extends QualifiedName {
  /** Keys and mappings first, then values. */
  readonly columns: readonly CapturedColumn[];
  /** So many leading columns are recorded of every change, also of the sync's own. */
  readonly kept: number;
  /** Unique and not null: pairs the old and the new image of a row. Empty where the table has no key. */
  readonly pairing: readonly CapturedColumn[];
}

export const captureEvents = ['insert', 'update', 'delete', 'truncate'] as const;
export type CaptureEvent = (typeof captureEvents)[number];

/**
 * The trigger function of a table for one event (docs/capture.md says why it is as it is). One INSERT … SELECT per statement:
 * a short one where the statement touched one row, which fails by itself where it touched several, and a set-based one for those.
 * It runs as the role that installed it, under a search_path without public: nobody else's operators or casts may be called.
 * What fails inside becomes a gap; where not even that can be recorded, a sequence counts it. The writer never fails.
 */
export function triggerFunctionSql(name: string, tableId: number, spec: CaptureSpec, event: CaptureEvent): string {
  const body = event === 'truncate' ? truncateBody(tableId) : changeBody(tableId, spec, event);
  return `CREATE OR REPLACE FUNCTION astro_sync.${quoteIdent(name)}() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS ${quoteLiteral(body)}`;
}

const claimedRun = `coalesce(current_setting('astro_sync.run', true), '')`;
const originOf = (run: string): string => `ARRAY[
        coalesce(nullif(current_setting('astro_sync.application', true), ''), current_setting('application_name')),
        coalesce(nullif(current_setting('astro_sync.actor', true), ''), session_user),
        session_user, host(inet_client_addr()), ${run}]`;

function changeBody(tableId: number, spec: CaptureSpec, event: Exclude<CaptureEvent, 'truncate'>): string {
  const settings = textSettings(spec.columns);
  const quick = [`${claimedRun} = ''`, ...settings.alreadyFit].join(' AND ');
  const many = manyRows(tableId, spec, event, settings.pins);
  return `
#variable_conflict use_column
DECLARE
  st_id bigint;
  st_xid xid8;
  st_at timestamptz;
  st_run text;
  st_origin text[];
  st_settings text[];
BEGIN
  ${oneRow(tableId, spec, event, quick)}
  IF NOT FOUND AND NOT (${quick}) THEN
    ${many}
  END IF;
  RETURN NULL;
EXCEPTION
  WHEN cardinality_violation THEN
    BEGIN
      ${many}
      RETURN NULL;
    EXCEPTION WHEN OTHERS THEN
      ${recordGap(tableId)}
    END;
  WHEN OTHERS THEN
    ${recordGap(tableId)}
END
`;
}

/** For one row: whole images. The sub-select that reads the transition table as one value fails where there are more. */
function oneRow(tableId: number, spec: CaptureSpec, event: Exclude<CaptureEvent, 'truncate'>, quick: string): string {
  const id = String(tableId);
  const insert = `INSERT INTO astro_sync.change_log (table_id, op, old, new, origin)`;
  const origin = originOf('NULL');
  if (event === 'insert') {
    return `${insert} SELECT ${id}, 'I', NULL, ${image('n', spec.columns)}, ${origin}
      FROM new_rows AS n WHERE ${quick} AND (SELECT true FROM new_rows);`;
  }
  if (event === 'delete') {
    return `${insert} SELECT ${id}, 'D', ${image('o', spec.columns)}, NULL, ${origin}
      FROM old_rows AS o WHERE ${quick} AND (SELECT true FROM old_rows);`;
  }
  return `${insert} SELECT ${id}, 'U', (SELECT ${image('o', spec.columns)} FROM old_rows AS o), ${image('n', spec.columns)}, ${origin}
      FROM new_rows AS n WHERE ${quick};`;
}

/** For any number of rows, for the sync's own writes (keys only), and for sessions whose settings write values differently. */
function manyRows(
  tableId: number,
  spec: CaptureSpec,
  event: Exclude<CaptureEvent, 'truncate'>,
  pins: readonly (readonly [string, string])[],
): string {
  const own = insertMany(tableId, { ...spec, columns: spec.columns.slice(0, spec.kept) }, event);
  const pin = pins.map(([name, value]) => `set_config('${name}', '${value}', true)`).join(', ');
  const restore = pins.map(([name], i) => `set_config('${name}', st_settings[${String(i + 1)}], true)`).join(', ');
  return `st_id := nextval('astro_sync.change_log_id_seq');
    st_xid := pg_current_xact_id();
    st_at := clock_timestamp();
    IF ${claimedRun} ~ '^[0-9a-fA-F-]{36}$' AND to_regrole('astro_sync') IS NOT NULL THEN
      IF pg_has_role(session_user, 'astro_sync', 'member') THEN
        st_run := current_setting('astro_sync.run');
      END IF;
    END IF;
    st_origin := ${originOf('st_run')};
    ${pins.length === 0 ? '' : `st_settings := ARRAY[${pins.map(([name]) => `current_setting('${name}')`).join(', ')}];\n    PERFORM ${pin};`}
    IF st_run IS NULL THEN
      ${insertMany(tableId, spec, event)}
    ELSE
      ${own}
    END IF;
    ${pins.length === 0 ? '' : `PERFORM ${restore};`}`;
}

function insertMany(tableId: number, spec: CaptureSpec, event: Exclude<CaptureEvent, 'truncate'>): string {
  const insert = (op: string, oldImage: string, newImage: string, from: string): string =>
    `INSERT INTO astro_sync.change_log (id, xid, at, table_id, op, old, new, origin)
      SELECT st_id, st_xid, st_at, ${String(tableId)}, ${op}, ${oldImage}, ${newImage}, st_origin ${from};`;
  const inserted = insert(`'I'`, 'NULL', image('n', spec.columns), 'FROM new_rows AS n');
  const deleted = insert(`'D'`, image('o', spec.columns), 'NULL', 'FROM old_rows AS o');
  if (event === 'insert') return inserted;
  if (event === 'delete') return deleted;
  const [first] = spec.pairing;
  if (first === undefined) return `${deleted}\n      ${inserted}`;
  // A FULL JOIN is hashed or merged, never a nested loop, whatever plan is cached from a small statement.
  const [oldKey, newKey] = [`o.${quoteIdent(first.name)}`, `n.${quoteIdent(first.name)}`];
  const on = spec.pairing.map((column) => `${pairingValue('o', column)} = ${pairingValue('n', column)}`);
  return insert(
    `CASE WHEN ${oldKey} IS NULL THEN 'I' WHEN ${newKey} IS NULL THEN 'D' ELSE 'U' END`,
    `CASE WHEN ${oldKeyNeeded(spec, oldKey, newKey)} THEN ${changedImage('o', spec)} END`,
    `CASE WHEN ${newKey} IS NOT NULL THEN ${changedImage('n', spec)} END`,
    `FROM old_rows AS o FULL JOIN new_rows AS n ON ${on.join(' AND ')}`,
  );
}

/** Where only keys are recorded, the old image of a row is left out when it is the new one. */
function oldKeyNeeded(spec: CaptureSpec, oldKey: string, newKey: string): string {
  const changes = spec.columns.map(changedCheaply);
  if (spec.columns.length > spec.kept || changes.includes(null)) return `${oldKey} IS NOT NULL`;
  return `${oldKey} IS NOT NULL AND (${newKey} IS NULL OR ${changes.join(' OR ')})`;
}

function image(alias: 'o' | 'n', columns: readonly CapturedColumn[]): string {
  return `ARRAY[${columns.map((column) => columnText(alias, column)).join(', ')}]::text[]`;
}

/** The image of a row that has both: a value that did not change is NULL on both sides, which spares writing it out. */
function changedImage(alias: 'o' | 'n', spec: CaptureSpec): string {
  const texts = spec.columns.map((column, i) => {
    const changed = i < spec.kept ? null : changedCheaply(column);
    const text = columnText(alias, column);
    return changed === null ? text : `CASE WHEN ${changed} THEN ${text} END`;
  });
  return `ARRAY[${texts.join(', ')}]::text[]`;
}

function truncateBody(tableId: number): string {
  return `
BEGIN
  INSERT INTO astro_sync.change_log (table_id, op, new, origin) VALUES (${String(tableId)}, 'R', ARRAY['truncated'], ${originOf('NULL')});
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  ${recordGap(tableId)}
END
`;
}

function recordGap(tableId: number): string {
  return `BEGIN
      INSERT INTO astro_sync.change_log (table_id, op, new) VALUES (${String(tableId)}, 'G', ARRAY[SQLSTATE, SQLERRM]);
    EXCEPTION WHEN OTHERS THEN
      BEGIN
        PERFORM nextval('astro_sync.lost_changes');
      EXCEPTION WHEN OTHERS THEN
        NULL;
      END;
    END;
    RETURN NULL;`;
}
