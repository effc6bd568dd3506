import { z } from 'zod';
import { checkReportSchema } from '../../engine/reports';
import { serverErrors } from '../errors';
import { method, nothing } from '../method';
import { profileDraftSchema, profileSchema, secretsSchema } from '../profile';

const id = z.strictObject({ id: z.string() });

/** A profile as lists show it, with the secrets that it needs and that are there. */
export const profileEntrySchema = z.strictObject({
  profile: profileSchema,
  /** by name of the connection, `<connection>.tls` or `tunnel`; only those whose secret is of kind `stored` */
  secrets: z.record(z.string(), z.enum(['kept', 'session', 'missing'])),
});
export type ProfileEntry = z.infer<typeof profileEntrySchema>;

export const profilesMethods = {
  'profiles.list': method(
    'nothing',
    nothing,
    z.strictObject({
      profiles: z.array(profileEntrySchema),
      /** files of the console that were damaged, and where each was put aside; or that a newer program wrote */
      damaged: z.array(
        z.strictObject({
          what: z.enum(['profiles', 'settings', 'alerts', 'secrets', 'window']),
          file: z.string(),
          reason: z.string(),
          newer: z.boolean(),
        }),
      ),
    }),
  ),
  /** `insist`: keep secrets although the system has no real keychain. */
  'profiles.create': method(
    'console',
    z.strictObject({ draft: profileDraftSchema, secrets: secretsSchema, insist: z.boolean() }),
    profileEntrySchema,
    ['PROFILE_INVALID', 'PROFILE_EXISTS', 'SECRET_UNAVAILABLE'],
  ),
  /**
   * Where it is open, it is opened anew, so that what was saved holds at once; refused while work is under way there. `was`: what
   * stood there when it was read to be edited, so that nobody else's change is lost; null: whatever stands there is replaced.
   */
  'profiles.update': method(
    'console',
    z.strictObject({
      id: z.string(),
      was: profileDraftSchema.nullable(),
      draft: profileDraftSchema,
      secrets: secretsSchema,
      insist: z.boolean(),
    }),
    profileEntrySchema,
    ['PROFILE_INVALID', 'PROFILE_EXISTS', 'PROFILE_UNKNOWN', 'PROFILE_CHANGED', 'RUNS_ACTIVE', 'SECRET_UNAVAILABLE'],
  ),
  'profiles.duplicate': method('console', id, profileEntrySchema, ['PROFILE_UNKNOWN', 'SECRET_UNAVAILABLE']),
  /** Where it is open, it is closed; refused while work is under way there. */
  'profiles.remove': method('console', id, nothing, ['PROFILE_UNKNOWN', 'RUNS_ACTIVE']),
  'profiles.reorder': method('console', z.strictObject({ ids: z.array(z.string()).max(1000) }), nothing, [
    'PROFILE_UNKNOWN',
  ]),
  /**
   * A file from elsewhere names hosts, and may name files and variables of this computer as passwords for them: unless `trust` says
   * that they may go there, each is asked for instead, and told in `asked`.
   */
  'profiles.import': method(
    'console',
    z.strictObject({ text: z.string().max(1_000_000), trust: z.boolean() }),
    z.strictObject({
      added: z.array(profileEntrySchema),
      renamed: z.array(z.string()),
      asked: z.array(
        z.strictObject({ environment: z.string(), database: z.string(), host: z.string(), from: z.string() }),
      ),
    }),
    ['PROFILE_INVALID'],
  ),
  /** Never with secrets. Answers with the file's name and where it lies; both null where the user chose no place for it. */
  'profiles.export': method(
    'console',
    z.strictObject({ ids: z.array(z.string()).max(1000) }),
    z.strictObject({ file: z.string().nullable(), download: z.string().nullable() }),
    ['PROFILE_UNKNOWN'],
  ),
  /**
   * The environment as a file for the terminal, never with secrets: `asks` names those (`<connection>`, `<connection>.tls`) that the
   * terminal asks for, `tunnelled` the connections for which somebody has to open a tunnel, `command` how it is called.
   */
  'profiles.toFile': method(
    'console',
    id,
    z.strictObject({
      file: z.string().nullable(),
      download: z.string().nullable(),
      asks: z.array(z.string()),
      tunnelled: z.array(z.string()),
      command: z.string(),
    }),
    ['PROFILE_UNKNOWN'],
  ),
  /** Tries every hop of every connection of a draft; secrets that are not given are taken from the profile of that id. */
  'profiles.test': method(
    'nothing',
    z.strictObject({ id: z.string().nullable(), draft: profileDraftSchema, secrets: secretsSchema }),
    checkReportSchema,
    [...serverErrors, 'PROFILE_INVALID', 'PROFILE_UNKNOWN', 'DATASET_INVALID'],
  ),
} as const;
