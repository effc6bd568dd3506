import { z } from 'zod';
import { environmentSchema, tlsSchema } from '../definitions/environment';

/** Colours that a profile may have, beside what its level says. */
export const profileColors = ['slate', 'blue', 'teal', 'green', 'amber', 'orange', 'red', 'pink', 'violet'] as const;

/** Where the secret of a connection comes from; never the secret itself. */
export const secretSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** kept by this host: the system's keychain, or for this session only */
  z.strictObject({ kind: z.literal('stored') }),
  z.strictObject({ kind: z.literal('env'), name: z.string().min(1) }),
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1) }),
]);
export type SecretSource = z.infer<typeof secretSourceSchema>;

export const connectionSchema = z.strictObject({
  engine: z.enum(['postgres', 'redis']),
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  /** PostgreSQL: the database; Redis: its number */
  database: z.string().min(1).max(63),
  user: z.string().max(63),
  secret: secretSourceSchema,
  /** a passphrase of the key is a secret named `<connection>.tls` */
  tls: tlsSchema.omit({ passphrase: true }).nullable(),
  /** go through the profile's SSH tunnel */
  tunnel: z.boolean(),
  /** the identity that the server is expected to answer with */
  identity: z.string().nullable(),
  allow_eviction: z.boolean(),
  connect_timeout_s: z.number().positive().max(600),
});
export type Connection = z.infer<typeof connectionSchema>;

export const tunnelSchema = z.strictObject({
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  user: z.string().min(1).max(63),
  auth: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('agent') }),
    /** a key file; its passphrase, if any, is a secret named `tunnel` */
    z.strictObject({ kind: z.literal('key'), path: z.string().min(1) }),
  ]),
  /** null: the user's own known_hosts */
  known_hosts: z.string().nullable(),
  keep_alive_s: z.number().positive().max(600),
});
export type Tunnel = z.infer<typeof tunnelSchema>;

/** What a person edits: a saved environment on this computer. Its secrets are elsewhere. */
export const profileDraftSchema = z.strictObject({
  name: environmentSchema.shape.name,
  level: z.enum(['development', 'staging', 'production']),
  color: z.enum(profileColors),
  read_only: z.boolean(),
  connections: z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/), connectionSchema),
  /** the connection that holds the queue and the history */
  system: z.string(),
  tunnel: tunnelSchema.nullable(),
  /** folder or file with dataset definitions; null: those of AstroBookings */
  datasets: z.string().nullable(),
});
export type ProfileDraft = z.infer<typeof profileDraftSchema>;

export const profileSchema = profileDraftSchema.extend({
  id: z.string(),
  /** when an environment was last opened from it */
  used_at: z.string().nullable(),
});
export type Profile = z.infer<typeof profileSchema>;

/** The file that profiles travel in, from one computer to another; has no secrets. */
export const profileFileSchema = z.strictObject({
  kind: z.literal('astro-sync-profiles'),
  version: z.literal(1),
  profiles: z.array(profileDraftSchema).max(1000),
});

/** Secrets that go with a draft, by name of the connection, `<connection>.tls` or `tunnel`; null forgets one. */
export const secretsSchema = z.record(z.string(), z.string().max(65_536).nullable());
