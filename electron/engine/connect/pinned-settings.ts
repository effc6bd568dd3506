/**
 * Settings that decide how PostgreSQL writes a value as text. Capture, projection, hashing and comparison all run under
 * these, on both sides, so that the same value is the same text everywhere.
 */
export const pinnedSettings = {
  search_path: 'pg_catalog, public, pg_temp',
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  xmlbinary: 'base64',
  xmloption: 'content',
  lc_monetary: 'C',
  standard_conforming_strings: 'on',
} as const;
