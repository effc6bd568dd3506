import type { ErrorCode } from '../error-codes';

/** What any method may answer with. A page adds CONNECTION_LOST and ANSWER_INVALID, which are about the way to its host. */
export const anyErrors = [
  'METHOD_UNKNOWN',
  'INPUT_INVALID',
  'ANSWER_TOO_LARGE',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

/** Methods that change what this computer keeps: its disk may be full. */
export const keepErrors = ['FILE_NOT_WRITTEN'] as const satisfies readonly ErrorCode[];

/** Methods that change data: what is open may not be changed, or not so, or is no longer what was saved. */
export const changeErrors = [
  'NO_SESSION',
  'READ_ONLY',
  'CONFIRM_ENVIRONMENT',
  'PROFILE_CHANGED',
] as const satisfies readonly ErrorCode[];

/** Methods that ask the servers of an environment: none is open, one does not let us in, refuses, or is lost. */
export const serverErrors = [
  'NO_SESSION',
  'ENVIRONMENT_INVALID',
  'SECRET_UNAVAILABLE',
  'TUNNEL_FAILED',
  'CONNECT_FAILED',
  'CONNECTION_LOST',
  'NOT_INITIALISED',
  'SCHEMA_TOO_NEW',
  'RIGHTS_MISSING',
  'STATEMENT_FAILED',
  'REDIS_CLUSTER',
  'REDIS_EVICTING',
  'REDIS_OUT_OF_MEMORY',
  'REDIS_READONLY',
  'REDIS_NOT_WRITABLE',
] as const satisfies readonly ErrorCode[];

/** Methods that read definitions of datasets against the catalogs. */
export const definitionErrors = [
  'DATASET_INVALID',
  'DATASET_UNKNOWN',
  'NO_KEY',
  'COLUMN_MISSING',
  'TABLE_MISSING',
  'TYPE_INCOMPATIBLE',
  'TEMPLATE_INVALID',
  'TEMPLATES_OVERLAP',
  'NOT_SUPPORTED',
  'SAME_SOURCE_AND_TARGET',
] as const satisfies readonly ErrorCode[];

/** Methods that read the queue or the history: USAGE where a key or the beginning of an id says nothing, or several things. */
export const historyErrors = [
  ...serverErrors,
  'DATASET_INVALID',
  'DATASET_UNKNOWN',
  'USAGE',
] as const satisfies readonly ErrorCode[];
