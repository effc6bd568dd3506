import type { Connection, ProfileDraft } from './profile';

type Draft = Pick<ProfileDraft, 'connections' | 'tunnel'>;

/** What a secret is for: a server that it is sent to, or a key file of this computer that it opens. */
type Use =
  | { readonly key: string }
  | {
      readonly engine: Connection['engine'];
      readonly host: string;
      readonly port: number;
      readonly user: string;
      /** the SSH host that sees it under that name; null: this computer does */
      readonly through: string | null;
      readonly tls: Protection;
      readonly database: string;
    };

interface Protection {
  readonly mode: 'disable' | 'require' | 'verify-ca' | 'verify-full';
  readonly ca: string | null;
  readonly servername: string | null;
}

/** The part of a draft whose secret opens the key of a connection's TLS certificate. */
export function tlsPart(connection: string): string {
  return `${connection}.tls`;
}

/** The part of a draft whose secret opens the key of its tunnel. */
export const tunnelPart = 'tunnel';

/** Parts of a draft that may have a secret with the host: connections, keys of their certificates, the key of the tunnel. */
export function secretParts(draft: Draft): string[] {
  const parts = Object.keys(draft.connections).flatMap((name) => [name, tlsPart(name)]);
  return [...parts, tunnelPart].filter((part) => useOf(draft, part) !== null);
}

/** Whether there may be none: a key need not have a passphrase. */
export function isPassphrase(part: string): boolean {
  return part === tunnelPart || part.endsWith('.tls');
}

/** What the secret of a part is for, as one text: the same text, the same use. Null where there is no such part. */
export function useText(draft: Draft, part: string): string | null {
  const use = useOf(draft, part);
  if (use === null || 'key' in use) return use === null ? null : JSON.stringify(['key', use.key]);
  const { engine, host, port, user, through, tls } = use;
  return JSON.stringify([engine, host, port, user, through, tls.mode, tls.ca, tls.servername]);
}

/**
 * The part whose kept secret may be used for a part of a draft that is to take the place of the saved one: its own, or another for
 * the same server and user, as where it was renamed. A password goes to the server that it was typed in for and over a way that is
 * protected no worse, a passphrase to the same key file; to nothing else, whoever asks.
 * @returns null where it has to be typed in again
 */
export function keptFrom(saved: Draft, draft: Draft, part: string): string | null {
  const wanted = useOf(draft, part);
  if (wanted === null) return null;
  const fits = (from: string): boolean => mayServe(useOf(saved, from), wanted);
  if (fits(part)) return part;
  const others = secretParts(saved).filter(fits);
  return others.find((from) => databaseOf(useOf(saved, from)) === databaseOf(wanted)) ?? others[0] ?? null;
}

/**
 * Whether a connection of a draft leads to the server and user of a saved one, over a way that is protected no worse: what is sent to
 * the one may be sent to the other.
 */
export function leadsToSame(saved: Draft, savedName: string, draft: Draft, name: string): boolean {
  const [before, after] = [saved.connections[savedName], draft.connections[name]];
  if (before === undefined || after === undefined) return false;
  return mayServe(serverOf(before, saved.tunnel), serverOf(after, draft.tunnel));
}

function useOf({ connections, tunnel }: Draft, part: string): Use | null {
  if (part === tunnelPart) return tunnel?.auth.kind === 'key' ? { key: tunnel.auth.path } : null;
  if (isPassphrase(part)) {
    const tls = connections[part.slice(0, -tlsPart('').length)]?.tls ?? null;
    return tls === null || tls.mode === 'disable' || tls.key === undefined ? null : { key: tls.key };
  }
  const connection = connections[part];
  return connection?.secret.kind === 'stored' ? serverOf(connection, tunnel) : null;
}

type Server = Exclude<Use, { readonly key: string }>;

function serverOf(
  { engine, host, port, user, database, tls, tunnel: isThrough }: Connection,
  tunnel: Draft['tunnel'],
): Server {
  const through = isThrough && tunnel !== null ? JSON.stringify([tunnel.host, tunnel.port, tunnel.known_hosts]) : null;
  const protection: Protection =
    tls === null || tls.mode === 'disable'
      ? { mode: 'disable', ca: null, servername: null }
      : { mode: tls.mode, ca: tls.ca ?? null, servername: tls.servername ?? null };
  return { engine, host, port, user, through, tls: protection, database };
}

function mayServe(kept: Use | null, wanted: Use): boolean {
  if (kept === null) return false;
  if ('key' in kept || 'key' in wanted) return 'key' in kept && 'key' in wanted && kept.key === wanted.key;
  return (
    kept.engine === wanted.engine &&
    kept.host === wanted.host &&
    kept.port === wanted.port &&
    kept.user === wanted.user &&
    kept.through === wanted.through &&
    isNoWeaker(kept.tls, wanted.tls)
  );
}

const strength = { disable: 0, require: 1, 'verify-ca': 2, 'verify-full': 3 } as const;

function isNoWeaker(before: Protection, after: Protection): boolean {
  if (strength[after.mode] < strength[before.mode]) return false;
  // Another authority, or another name, may be that of whoever listens in between.
  if (strength[before.mode] >= strength['verify-ca'] && before.ca !== after.ca) return false;
  return before.mode !== 'verify-full' || before.servername === after.servername;
}

function databaseOf(use: Use | null): string | null {
  return use === null || 'key' in use ? null : use.database;
}
