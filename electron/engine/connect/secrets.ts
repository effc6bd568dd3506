import { readFile, stat } from 'node:fs/promises';
import type { SecretReference } from '../../../shared/definitions/environment';
import { SyncError } from '../errors';
import { filePath } from './file-path';
import { makePrivate, openMode } from './private-file';

/** Every form of a secret that this process has resolved, so that whatever writes a log can take them out. */
const known = new Set<string>();

/** A shorter secret is part of many words: it is taken out where a secret stands, and nowhere else. */
const longEnough = 6;

/** Remembers a secret for redact, also as it looks inside an address or inside JSON. */
export function rememberSecret(secret: string): void {
  for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
    if (form !== '') known.add(form);
  }
}

/** The text with every secret of this process replaced by •••, and every password in an address. */
export function redact(text: string): string {
  let clean = text;
  for (const secret of [...known].sort((a, b) => b.length - a.length)) {
    if (secret.length >= longEnough) clean = clean.replaceAll(secret, '•••');
    else clean = clean.replaceAll(`:${secret}@`, ':•••@').replaceAll(namedSecret(secret), '$1•••');
  }
  return clean.replaceAll(passwordInAddress, '$1:•••@');
}

/** Schemes are short: without a bound a long word takes a time that grows with its square. */
const passwordInAddress = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"']*):[^\s/@"']+@/giu;

/** A short secret as the value of a property that says so: `password=x`, `"password": "x"`. */
function namedSecret(secret: string): RegExp {
  const escaped = secret.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(
    `((?:password|passwd|pwd|secret|token)\\\\?["']?\\s*[:=]\\s*\\\\?["']?)${escaped}(?![\\p{L}\\p{N}])`,
    'giu',
  );
}

export interface SecretContext {
  /** Whose password, for messages: `the password of database "operations"`. */
  readonly what: string;
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly onWarning: (message: string) => void;
  /** Asks a person; left out where nobody can be asked. */
  readonly prompt?: (question: string) => Promise<string>;
}

/**
 * Fetches a secret from where its reference points, and remembers it for redact.
 * @throws SyncError SECRET_UNAVAILABLE, naming the place and never the secret
 */
export async function resolveSecret(reference: SecretReference, context: SecretContext): Promise<string> {
  const secret = await fetchSecret(reference, context);
  rememberSecret(secret);
  return secret;
}

async function fetchSecret(reference: SecretReference, context: SecretContext): Promise<string> {
  const { what } = context;
  if (typeof reference === 'string') {
    context.onWarning(
      `${what} stands in plain text in the environment file; { env: NAME } or { file: path } keeps it out`,
    );
    return reference;
  }
  if ('env' in reference) {
    const value = process.env[reference.env];
    if (value !== undefined && value !== '') return value;
    throw unavailable(`${what}: the environment variable ${reference.env} is ${value === '' ? 'empty' : 'not set'}`, {
      hint: `Set ${reference.env} before the start.`,
    });
  }
  if ('file' in reference) return secretFile(reference.file, context);
  if (context.prompt === undefined) {
    throw unavailable(`${what} would have to be asked for, and there is no terminal`, {
      hint: 'Use { env: NAME } or { file: path } where nobody can be asked.',
    });
  }
  return context.prompt(`Enter ${what}: `);
}

/** In bytes: a token may be long, a disk image is none. */
const largestSecret = 65_536;

async function secretFile(file: string, { what, folder }: SecretContext): Promise<string> {
  const path = filePath(folder, file);
  let text: string;
  try {
    const facts = await stat(path);
    if (!facts.isFile() || facts.size > largestSecret)
      throw unavailable(`${what}: ${file} is ${facts.isFile() ? 'too large for a secret' : 'no file'}`, {
        hint: 'A file with a secret holds that, on one line.',
      });
    const mode = await openMode(path);
    if (mode !== null)
      throw unavailable(
        `${what}: others may read or change ${file} (mode ${mode}); a secret is taken from a private file alone`,
        {
          hint: makePrivate(path),
        },
      );
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof SyncError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw unavailable(`${what}: the file ${file} cannot be read (${code})`, {
      hint: 'The path is relative to the environment file.',
      cause,
    });
  }
  const secret = text.replace(/\r?\n$/, '');
  // A key or a list of passwords, named by mistake or on purpose, is sent to no server.
  if (/[\r\n]/.test(secret))
    throw unavailable(`${what}: the file ${file} holds more than one line`, {
      hint: 'A file with a secret holds that, on one line.',
    });
  if (secret === '') throw unavailable(`${what}: the file ${file} is empty`, { hint: 'Write the secret into it.' });
  return secret;
}

function unavailable(message: string, options: { readonly hint: string; readonly cause?: unknown }): SyncError {
  return new SyncError('SECRET_UNAVAILABLE', message, options);
}
