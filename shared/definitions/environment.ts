import { z } from 'zod';

/** A secret is a reference; a plain string works and earns a warning. */
export const secretSchema = z.union([
  z.strictObject({ env: z.string().min(1) }).describe('Name of the environment variable that holds the secret'),
  z.strictObject({ file: z.string().min(1) }).describe('File that holds the secret, relative to this file'),
  z.strictObject({ prompt: z.literal(true) }).describe('Asked for on the terminal at start'),
  z.string().min(1).describe('The secret itself. Works, with a warning: prefer env or file'),
]);

export const tlsSchema = z.strictObject({
  mode: z
    .enum(['disable', 'require', 'verify-ca', 'verify-full'])
    .default('verify-full')
    .describe('As in libpq: require encrypts without checking the certificate'),
  ca: z.string().optional().describe('File with the certificate authority, relative to this file'),
  cert: z.string().optional().describe('File with the client certificate'),
  key: z.string().optional().describe('File with the key of the client certificate, readable by its owner alone'),
  passphrase: secretSchema.optional().describe('What opens that key, where it is encrypted'),
  servername: z.string().optional(),
});

export const databaseSchema = z.strictObject({
  engine: z.enum(['postgres', 'redis']),
  url: z
    .string()
    .regex(/^(postgres|postgresql|redis|rediss):\/\//, 'expected a postgres:// or redis:// address')
    .describe('Address with user and database, without password'),
  password: secretSchema.optional(),
  tls: tlsSchema.optional(),
  identity: z
    .string()
    .optional()
    .describe('The identity the server is expected to answer with (astro-sync check prints it)'),
  allow_eviction: z.boolean().default(false).describe('Redis: accept a maxmemory-policy that evicts keys'),
  connect_timeout_s: z.number().positive().max(600).default(10),
});

export const environmentSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected a short name of letters, digits, dot, dash or underscore')
    .describe('The name of this environment, typed to confirm work on production'),
  level: z.enum(['development', 'staging', 'production']).default('development'),
  read_only: z.boolean().default(false).describe('Nothing is ever written through this environment'),
  databases: z.record(
    z
      .string()
      .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'expected a short name of lower-case letters, digits, dash or underscore'),
    databaseSchema,
  ),
  system: z.string().default('system').describe('Which of the databases holds the queue and the history'),
});

export type SecretReference = z.infer<typeof secretSchema>;
export type TlsDefinition = z.infer<typeof tlsSchema>;
export type DatabaseDefinition = z.infer<typeof databaseSchema>;
export type EnvironmentDefinition = z.infer<typeof environmentSchema>;
