import { z } from 'zod';
import { checkReportSchema, initReportSchema, statusReportSchema, uninstallPreviewSchema } from '../../engine/reports';
import { definitionErrors, serverErrors } from '../errors';
import { method, nothing } from '../method';
import { profileColors } from '../profile';

/** The environment that is open. */
export const sessionSchema = z.strictObject({
  profile: z.string().nullable(),
  environment: z.strictObject({
    name: z.string(),
    level: z.enum(['development', 'staging', 'production']),
    color: z.enum(profileColors),
    read_only: z.boolean(),
    sandbox: z.boolean(),
    /** the file it was opened from, which a terminal takes as well; null where it is saved in the console */
    file: z.string().nullable(),
  }),
  operator: z.string(),
  databases: z.array(
    z.strictObject({ name: z.string(), engine: z.enum(['postgres', 'redis']), label: z.string(), system: z.boolean() }),
  ),
  /** names of the datasets that are defined without an error, in order */
  datasets: z.array(z.string()),
  definitions: z.strictObject({
    folder: z.string(),
    errors: z.array(
      z.strictObject({ file: z.string(), line: z.int().nullable(), path: z.string().nullable(), message: z.string() }),
    ),
  }),
  opened_at: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

/** Not every server of the environment answers: which, and when they are asked again: null where a login is refused, which is tried again by hand alone. */
const unreachableSchema = z.strictObject({ message: z.string(), retry_at: z.string().nullable() });
export type Unreachable = z.infer<typeof unreachableSchema>;

export const sessionMethods = {
  'session.current': method(
    'nothing',
    nothing,
    z.strictObject({ session: sessionSchema.nullable(), unreachable: unreachableSchema.nullable() }),
  ),
  /** `secrets`: those that are asked for, for this session. */
  'session.open': method(
    'console',
    z.strictObject({ profile: z.string(), secrets: z.record(z.string(), z.string().max(65_536)) }),
    sessionSchema,
    [...serverErrors, 'PROFILE_UNKNOWN', 'RUNS_ACTIVE', 'DATASET_INVALID'],
  ),
  'session.close': method('console', nothing, nothing, ['RUNS_ACTIVE']),
  /** Starts a sandbox of real servers with AstroBookings' data, and opens it. Takes some seconds. */
  'sandbox.open': method('console', nothing, sessionSchema, [
    ...serverErrors,
    ...definitionErrors,
    'SANDBOX_UNAVAILABLE',
    'SERVER_MISSING',
    'SERVER_FAILED',
    'RUNS_ACTIVE',
  ]),
  /** The applications of the sandbox write for a while, as in the demo. */
  'sandbox.burst': method('data', nothing, z.strictObject({ changes: z.int() }), [
    ...serverErrors,
    'SANDBOX_UNAVAILABLE',
  ]),
  'environment.status': method('nothing', nothing, statusReportSchema, [...serverErrors, 'DATASET_INVALID']),
  'environment.check': method('nothing', nothing, checkReportSchema, [...serverErrors, 'DATASET_INVALID']),
  /** Takes note, in the operator's name, that entries of a stream were lost. Answers why; nothing where there is no gap. */
  'environment.acknowledge': method(
    'data',
    z.strictObject({ dataset: z.string(), confirm: z.string().nullable() }),
    z.strictObject({ dataset: z.string(), gaps: z.array(z.string()) }),
    [...serverErrors, ...definitionErrors, 'LEASE_HELD'],
  ),
  /** `datasets`: those that are installed; all where none is named. */
  'environment.init': method(
    'data',
    z.strictObject({
      datasets: z.array(z.string()).max(10_000).default([]),
      take_over: z.boolean(),
      confirm: z.string().nullable(),
    }),
    initReportSchema,
    [...serverErrors, ...definitionErrors, 'CONSUMER_TAKEN', 'CANCELLED'],
  ),
  'environment.uninstallPreview': method('nothing', nothing, uninstallPreviewSchema, [...serverErrors]),
  /** Removes capture and the records of the sync from all databases. `discard`: also where something is not settled, which is lost. */
  'environment.uninstall': method(
    'data',
    z.strictObject({ discard: z.boolean(), confirm: z.string().nullable() }),
    initReportSchema,
    [...serverErrors, 'UNSETTLED_CHANGES', 'RUNS_ACTIVE'],
  ),
} as const;
