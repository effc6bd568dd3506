import { lookup } from 'node:dns/promises';
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import type { Tunnel } from '../../../shared/contract/profile';
import type { Hop } from '../../../shared/engine/reports';
import type { SyncError } from '../../engine/errors';
import { fingerprintOf, knownTypes, verdictOf } from './known-hosts';
import type { Verdict } from './known-hosts';
import { knownHostsOf, loginOf, tunnelError } from './ssh-login';
import type { KnownFile } from './ssh-login';

const readyMs = 20_000;

/** Types of keys as known_hosts names them, by the algorithms that show such a key. */
const algorithms: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** Tells of each hop of a dial as it ends. */
export type TellHop = (hop: Hop) => void;

/**
 * Logs in to the far end of a tunnel, whose key must be known.
 * @param tell gets the hops: name, port, host key and login of the SSH host; the last one is the one that fails
 * @throws SyncError TUNNEL_FAILED: naming the tunnel, and the fingerprint where the key is not the known one; SECRET_UNAVAILABLE
 */
export async function dial(tunnel: Tunnel, passphrase: string | undefined, tell: TellHop): Promise<Client> {
  const { host, port, user } = tunnel;
  const hop = hopsOf(tell);
  try {
    const login = await loginOf(tunnel, passphrase);
    hop.begin('tunnel name');
    const { address } = await lookup(host).catch((error: unknown) => {
      throw unreachable(tunnel, error instanceof Error ? error.message : String(error), error);
    });
    hop.end(address === host ? `SSH host ${host} is an address` : `SSH host ${host} is ${address}`);
    hop.begin('tunnel port');
    const trusted = await knownHostsOf(tunnel);
    const { known } = trusted;
    const types = knownTypes(known, host, port);
    const { default: ssh2 } = await import('ssh2');
    const client = new ssh2.Client();
    let shown: { readonly verdict: Verdict; readonly fingerprint: string } | null = null;
    const config: ConnectConfig = {
      host,
      port,
      username: user,
      ...login,
      readyTimeout: readyMs,
      keepaliveInterval: tunnel.keep_alive_s * 1000,
      keepaliveCountMax: 3,
      // Asked for another type, a host would show a key that nobody has seen, and look like a stranger.
      ...(types.length === 0
        ? {}
        : {
            algorithms: {
              serverHostKey: types.flatMap((type) => algorithms[type] ?? [type as ServerHostKeyAlgorithm]),
            },
          }),
      hostVerifier: (key: Buffer) => {
        shown = { verdict: verdictOf(known, host, port, key), fingerprint: fingerprintOf(key) };
        if (shown.verdict !== 'known') return false;
        hop.end(`${shown.fingerprint}, the known one`);
        hop.begin('tunnel login');
        return true;
      },
    };
    return await new Promise((resolve, reject) => {
      client.once('connect', () => {
        // Small questions and answers: held back until the last one is acknowledged, each takes 40 ms.
        client.setNoDelay(true);
        hop.end(`${host}:${String(port)} answers`);
        hop.begin('tunnel host key');
      });
      client.once('ready', () => {
        hop.end(`as ${user}, by ${tunnel.auth.kind === 'agent' ? 'the agent' : 'a key file'}`);
        resolve(client);
      });
      // Listened to for good: an agent that does not answer is told of first, and then that no way to log in is left.
      client.on('error', (error: Error & { level?: string }) => {
        client.end();
        reject(failure(tunnel, error, shown, trusted));
      });
      try {
        client.connect(config);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        reject(tunnelError(tunnel, reason, 'Look at the settings of the tunnel.'));
      }
    });
  } catch (error) {
    hop.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** Times one hop after the other. */
function hopsOf(tell: TellHop) {
  let name = 'tunnel key';
  let start = performance.now();
  const end = (ok: boolean, detail: string): void => {
    tell({ name, ok, detail, duration_ms: Math.round((performance.now() - start) * 10) / 10 });
  };
  return {
    begin(next: string): void {
      name = next;
      start = performance.now();
    },
    end: (detail: string) => end(true, detail),
    fail: (detail: string) => end(false, detail),
  };
}

function failure(
  tunnel: Tunnel,
  error: Error & { readonly level?: string; readonly code?: string },
  shown: { readonly verdict: Verdict; readonly fingerprint: string } | null,
  { file, authority }: KnownFile,
): SyncError {
  const { host, port, user } = tunnel;
  if (shown !== null && shown.verdict !== 'known') {
    const { verdict, fingerprint } = shown;
    const [message, hint] = {
      unknown: [
        `the host's key is not known (${fingerprint})`,
        `Compare the fingerprint with that of the host, then log in once with ssh -p ${String(port)} ${user}@${host}; it notes the key in ${file}.${authority ? ' Its lines @cert-authority do not count here: the key itself has to be noted.' : ''}`,
      ],
      changed: [
        `THE HOST'S KEY HAS CHANGED: it shows ${fingerprint}, which is not the one in ${file}`,
        'Somebody may be in between. Ask whoever runs the host; only then remove the old line with ssh-keygen -R.',
      ],
      revoked: [
        `the host shows a revoked key (${fingerprint}, marked @revoked in ${file})`,
        'Do not connect. Ask whoever runs the host.',
      ],
    }[verdict] as [string, string];
    return tunnelError(tunnel, message, hint);
  }
  if (error.level === 'agent') {
    const agent = `the SSH agent does not answer (${error.message})`;
    return tunnelError(tunnel, agent, 'Does ssh-add -l reach it? SSH_AUTH_SOCK says where it is; or name a key file.');
  }
  if (error.level === 'client-authentication') {
    return tunnelError(
      tunnel,
      `the host refuses the login of ${user}`,
      tunnel.auth.kind === 'agent'
        ? 'Does ssh-add -l list the key, and is its public half in the authorized_keys of that user?'
        : 'Is the public key in its authorized_keys?',
    );
  }
  if (/no matching host key/iu.test(error.message)) {
    return tunnelError(
      tunnel,
      `THE HOST'S KEY HAS CHANGED: it has none of the kinds in ${file}`,
      'Ask whoever runs the host; only then remove the old line with ssh-keygen -R.',
    );
  }
  return unreachable(tunnel, error.message, error);
}

function unreachable(tunnel: Tunnel, reason: string, cause: unknown): SyncError {
  return tunnelError(tunnel, reason, 'Is the host up, and does a firewall let this computer through?', cause);
}
