import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { ConnectConfig } from 'ssh2';
import type { Tunnel } from '../../../shared/contract/profile';
import { filePath } from '../../engine/connect/file-path';
import { makePrivate, openMode } from '../../engine/connect/private-file';
import { SyncError } from '../../engine/errors';
import { namesAuthority, parseKnownHosts } from './known-hosts';
import type { KnownHosts } from './known-hosts';

/** For messages: `deploy@bastion:22`. */
function tunnelName({ user, host, port }: Tunnel): string {
  return `${user}@${host}:${String(port)}`;
}

/** @throws SyncError TUNNEL_FAILED, naming the tunnel */
export function tunnelError(tunnel: Tunnel, message: string, hint: string, cause?: unknown): SyncError {
  return new SyncError('TUNNEL_FAILED', `SSH tunnel ${tunnelName(tunnel)}: ${message}`, {
    hint,
    details: { tunnel: tunnelName(tunnel) },
    retryable: cause !== undefined,
    cause,
  });
}

/**
 * How the tunnel's user logs in: by the agent, or by a key file.
 * @throws SyncError TUNNEL_FAILED; SECRET_UNAVAILABLE where the key needs a passphrase (`details.missing` is `tunnel`)
 */
export async function loginOf(tunnel: Tunnel, passphrase: string | undefined): Promise<ConnectConfig> {
  if (tunnel.auth.kind === 'agent') return { agent: agentOf(tunnel) };
  const { path } = tunnel.auth;
  const file = filePath('', path);
  const key = await readFile(file).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw tunnelError(
      tunnel,
      `the key ${path} cannot be read (${code})`,
      'Name a private key that this user may read.',
    );
  });
  const mode = await openMode(file);
  if (mode !== null)
    throw tunnelError(
      tunnel,
      `others may read or change the key ${path} (mode ${mode}); as with ssh, it is not used`,
      makePrivate(file),
    );
  const { default: ssh2 } = await import('ssh2');
  const parsed = ssh2.utils.parseKey(key, passphrase);
  if (!(parsed instanceof Error)) return { privateKey: key, ...(passphrase === undefined ? {} : { passphrase }) };
  if (!/passphrase|encrypted|bad decrypt|integrity/iu.test(parsed.message)) {
    throw tunnelError(tunnel, `${path} is no private key that can be used`, 'Make one with ssh-keygen -t ed25519.');
  }
  throw new SyncError(
    'SECRET_UNAVAILABLE',
    `The key ${path} needs ${passphrase === undefined ? 'a' : 'another'} passphrase`,
    { hint: 'Type it in, or use the agent.', details: { missing: ['tunnel'] } },
  );
}

function agentOf(tunnel: Tunnel): string {
  const agent = process.env['SSH_AUTH_SOCK'] ?? (process.platform === 'win32' ? 'pageant' : undefined);
  if (agent !== undefined && agent !== '') return agent;
  throw tunnelError(tunnel, 'no SSH agent is running (SSH_AUTH_SOCK is not set)', 'Start one, or name a key file.');
}

export interface KnownFile {
  readonly known: KnownHosts;
  /** It trusts whatever an authority signs as well, which is not checked here. */
  readonly authority: boolean;
  readonly file: string;
}

/** The hosts that are known: of the file that the profile names, else of the user's own. A file that is not there knows none. */
export async function knownHostsOf({ known_hosts: named }: Tunnel): Promise<KnownFile> {
  const file = named === null ? join(homedir(), '.ssh', 'known_hosts') : filePath('', named);
  const text = await readFile(file, 'utf8').catch(() => '');
  return { known: parseKnownHosts(text), authority: namesAuthority(text), file };
}
