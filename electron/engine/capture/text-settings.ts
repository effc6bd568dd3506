import { pinnedSettings } from '../connect/pinned-settings';
import type { CapturedColumn } from './column-text';

type Setting = Exclude<keyof typeof pinnedSettings, 'search_path'>;

/** What the text of these columns depends on, and how a session is seen to have it already. */
export interface TextSettings {
  /** Settings to pin, with their values; none for plain types. */
  readonly pins: readonly (readonly [Setting, string])[];
  /** SQL that is true where the session's own settings give the same text (or one that the relay makes the same). */
  readonly alreadyFit: readonly string[];
}

const none = new Set([
  'int2',
  'int4',
  'int8',
  'oid',
  'numeric',
  'text',
  'varchar',
  'bpchar',
  'char',
  'name',
  'uuid',
  'bool',
  'json',
  'jsonb',
  'xml',
  'time',
  'timetz',
  'inet',
  'cidr',
  'macaddr',
  'bit',
  'varbit',
  'tsvector',
]);
const dependsOn: Readonly<Record<string, readonly Setting[]>> = {
  date: ['DateStyle'],
  timestamp: ['DateStyle'],
  timestamptz: ['DateStyle', 'TimeZone'],
  interval: ['IntervalStyle'],
  bytea: ['bytea_output'],
  float4: ['extra_float_digits'],
  float8: ['extra_float_digits'],
  money: ['lc_monetary'],
};
const all = Object.keys(pinnedSettings).filter((name): name is Setting => name !== 'search_path');

/** Reads off the table above; a type that is not in it is taken to depend on every setting. */
export function textSettings(columns: readonly CapturedColumn[]): TextSettings {
  const pins = new Set<Setting>();
  const strict = new Set<Setting>();
  for (const column of columns) {
    if (column.enumerated || (column.builtIn && none.has(column.base))) continue;
    const needed = column.builtIn ? (dependsOn[column.base] ?? all) : all;
    for (const setting of needed) {
      pins.add(setting);
      // The offset of a single timestamptz is in its ISO text, and the relay turns it to UTC.
      if (setting !== 'TimeZone' || column.base !== 'timestamptz') strict.add(setting);
    }
  }
  return {
    pins: [...pins].map((name) => [name, pinnedSettings[name]]),
    alreadyFit: [...strict].map(fits),
  };
}

function fits(setting: Setting): string {
  const current = `current_setting('${setting}')`;
  if (setting === 'DateStyle') return `left(${current}, 3) = 'ISO'`;
  if (setting === 'extra_float_digits') return `${current} IN ('1', '2', '3')`;
  return `${current} = '${pinnedSettings[setting]}'`;
}
