/** SQL that writes a timestamptz as ISO 8601 in UTC with microseconds, null as null. */
export function isoTime(sql: string): string {
  return `to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
