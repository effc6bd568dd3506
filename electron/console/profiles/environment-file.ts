import { Document, isMap, isScalar } from 'yaml';
import { isPassphrase, secretParts } from '../../../shared/contract/kept-for';
import type { Connection, ProfileDraft, Tunnel } from '../../../shared/contract/profile';
import type { DatabaseDefinition } from '../../../shared/definitions/environment';
import { shellLine } from '../../../shared/terminal-command';
import { filePath } from '../../engine/connect/file-path';
import { environmentOf } from './to-environment';

/** An environment as the file that the terminal reads. */
export interface EnvironmentFile {
  readonly text: string;
  /** parts of the draft (`<connection>`, `<connection>.tls`) whose secret the terminal asks for */
  readonly asks: readonly string[];
  /** connections that go through the console's SSH tunnel, which the terminal does not open */
  readonly tunnelled: readonly string[];
}

/** On this computer, of the first tunnel that somebody opens for the terminal. */
const firstNearPort = 15_432;

interface Facts {
  /** what relative paths of the draft start from: those of the file are absolute, so that it can lie anywhere */
  readonly folder: string;
  /** the parts whose secret is there or asked for; of a key only where it has a passphrase */
  readonly secrets: Iterable<string>;
  /** how the terminal is called with it */
  readonly command: string;
}

/**
 * Writes a saved environment down for the terminal, without secrets: what the console keeps is asked for there, what comes from a
 * file or a variable still does. What has to be known of it stands in comments.
 */
export function environmentFile(draft: ProfileDraft, { folder, secrets, command }: Facts): EnvironmentFile {
  const present = new Set(secrets);
  const asks = secretParts(draft).filter((part) => {
    const connection = part.replace(/\.tls$/u, '');
    return connection in draft.connections && (!isPassphrase(part) || present.has(part));
  });
  const tunnelled = Object.keys(draft.connections).filter((name) => draft.connections[name]?.tunnel === true);
  const { databases, ...rest } = environmentOf(draft);
  const written = Object.entries(databases).map(([name, database]) => [name, databaseOf(name, database, asks, folder)]);
  const document = new Document({ ...rest, databases: Object.fromEntries(written) as unknown });
  document.commentBefore = [
    ` "${draft.name}" as it was saved in the console. The terminal reads this file: what is changed in the console later is not in it.`,
    `   ${command}`,
  ].join('\n');
  for (const part of asks) {
    const path = ['databases', part.replace(/\.tls$/u, ''), ...(isPassphrase(part) ? ['tls'] : [])];
    comment(document, path, isPassphrase(part) ? 'passphrase' : 'password', [
      ' Asked for at each start, since the console does not hand it out. Where nobody can be asked, as under cron, name what holds it:',
      ' { env: NAME_OF_A_VARIABLE } or { file: a file that you alone may read }',
    ]);
  }
  for (const [index, name] of tunnelled.entries()) {
    const connection = draft.connections[name];
    if (connection !== undefined && draft.tunnel !== null)
      comment(document, ['databases', name], 'url', tunnelWords(draft.tunnel, connection, firstNearPort + index));
  }
  return { text: document.toString({ lineWidth: 0 }), asks, tunnelled };
}

function databaseOf(name: string, database: DatabaseDefinition, asks: readonly string[], folder: string): unknown {
  const { engine, url, password, tls, identity, allow_eviction: eviction, connect_timeout_s: timeout } = database;
  const whole = (path: string | undefined) => (path === undefined ? undefined : filePath(folder, path));
  const secret =
    typeof password === 'object' && 'file' in password ? { file: filePath(folder, password.file) } : password;
  return {
    engine,
    url,
    password: asks.includes(name) ? { prompt: true } : secret,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...tls,
            ca: whole(tls.ca),
            cert: whole(tls.cert),
            key: whole(tls.key),
            passphrase: asks.includes(`${name}.tls`) ? { prompt: true } : undefined,
          },
        }),
    identity,
    ...(eviction ? { allow_eviction: true } : {}),
    connect_timeout_s: timeout,
  };
}

/** @param near the port on this computer */
function tunnelWords(
  { host, port, user, auth, known_hosts: hosts }: Tunnel,
  connection: Connection,
  near: number,
): string[] {
  const far = connection.host.includes(':') ? `[${connection.host}]` : connection.host;
  const key = auth.kind === 'key' ? ['-i', auth.path] : [];
  const known = hosts === null ? [] : ['-o', `UserKnownHostsFile=${hosts}`];
  const way = `${String(near)}:${far}:${String(connection.port)}`;
  // What was imported may hold anything: it is to be one word of the shell, and no option.
  const line = shellLine(
    ['ssh', '-N', '-L', way, '-p', String(port), ...key, ...known, '--', `${user}@${host}`],
    process.platform,
  );
  const { tls } = connection;
  return [
    ` Through an SSH tunnel in the console; the terminal opens none. Open it first, and put 127.0.0.1:${String(near)} in the address:`,
    `   ${line}`,
    ...(tls === null || tls.servername !== undefined
      ? []
      : [' With TLS add servername: the host that stands in the address now.']),
  ];
}

/** Puts lines above the entry of that name in a map. */
function comment(document: Document, path: readonly string[], name: string, lines: readonly string[]): void {
  const map = document.getIn(path, true);
  const pair = isMap(map) ? map.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
  if (pair !== undefined && isScalar(pair.key)) pair.key.commentBefore = lines.join('\n');
}
