import { quoteLiteral } from '../connect/identifiers';
import type { Subscription } from '../capture/subscriptions';
import type { TableVersion } from './relay-query';

/** Where a column stands in what was recorded. */
export function position(version: TableVersion, name: string): string {
  return String(version.columns.indexOf(name) + 1);
}

/** A recorded value; a timestamptz may have been written with another offset than UTC. */
export function recorded(version: TableVersion, side: 'old' | 'new', name: string): string {
  const value = `c.${side}[${position(version, name)}]`;
  const type = version.types[version.columns.indexOf(name)];
  return type === 'timestamp with time zone' ? `(${value}::timestamptz)::text` : value;
}

/** concat_ws of any number of parts; a function takes at most 100 arguments. */
export function commaJoined(parts: readonly string[]): string {
  if (parts.length <= 90) return `concat_ws(',', ${parts.join(', ')})`;
  const groups: string[] = [];
  for (let i = 0; i < parts.length; i += 90)
    groups.push(`nullif(concat_ws(',', ${parts.slice(i, i + 90).join(', ')}), '')`);
  return commaJoined(groups);
}

/**
 * Which row a run wrote, so that it can be told what it had carried there; nothing for the changes of others.
 * @param alone SQL condition: no other row of the same statement brought this job
 */
export function viaJson(version: TableVersion, kept: readonly string[], alone: string): string {
  const row = (side: 'old' | 'new'): string =>
    commaJoined(
      kept.map(
        (name) => `${quoteLiteral(`${JSON.stringify(name)}:`)} || to_json(${recorded(version, side, name)})::text`,
      ),
    );
  const table = `"schema":${JSON.stringify(version.schema)},"table":${JSON.stringify(version.name)}`;
  return `CASE WHEN c.run IS NULL OR NOT ${alone} THEN '' ELSE ${quoteLiteral(`,"via":{${table},"row":{`)}
      || CASE WHEN c.op = 'D' THEN ${row('old')} ELSE ${row('new')} END || '}}' END`;
}

/** Columns of a table that are recorded of every change, also of the sync's own. */
export function keptColumns(version: TableVersion, subscriptions: readonly Subscription[]): string[] {
  const own = subscriptions.filter(({ table }) => table.schema === version.schema && table.name === version.name);
  const names = new Set(own.flatMap(({ keyColumns }) => keyColumns));
  return version.columns.filter((name) => names.has(name));
}
