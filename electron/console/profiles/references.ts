import { isDeepStrictEqual } from 'node:util';
import { leadsToSame } from '../../../shared/contract/kept-for';
import type { Connection, ProfileDraft, SecretSource } from '../../../shared/contract/profile';
import { filePath } from '../../engine/connect/file-path';

/** Connections that name where passwords come from, and lead to servers. */
export type Connections = Pick<ProfileDraft, 'connections' | 'tunnel'>;

/** A file or variable of this computer. */
export type Place = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'env'; readonly name: string };

/** A password that a profile takes from a file or a variable of the computer on which it is opened. */
export interface Reference {
  readonly environment: string;
  readonly database: string;
  /** to which it would be sent */
  readonly host: string;
  /** as `file /run/secrets/db` or `variable PGPASSWORD` */
  readonly from: string;
}

/** A password that nothing saved sends to that server yet. */
export interface NewReference extends Reference {
  readonly port: number;
  /** a file by its whole path */
  readonly place: Place;
  /** The SSH host that it goes through; null: straight there. */
  readonly through: string | null;
  /** The same text, the same password on the same way. */
  readonly way: string;
}

/** Which files and variables of this computer a profile would send, and where to. */
export function referencesOf({ name, connections }: ProfileDraft): Reference[] {
  return Object.entries(connections).flatMap(([database, { host, secret }]) => {
    const from =
      secret.kind === 'file' ? `file ${secret.path}` : secret.kind === 'env' ? `variable ${secret.name}` : null;
    return from === null ? [] : [{ environment: name, database, host, from }];
  });
}

/** The same profile, which asks for these passwords instead. */
export function withoutReferences(draft: ProfileDraft): ProfileDraft {
  const asking = (connection: Connection): Connection =>
    connection.secret.kind === 'file' || connection.secret.kind === 'env'
      ? { ...connection, secret: { kind: 'stored' } }
      : connection;
  const connections = Object.entries(draft.connections).map(([name, each]) => [name, asking(each)] as const);
  return { ...draft, connections: Object.fromEntries(connections) };
}

/**
 * The passwords of a draft that none of the known connections takes from the same place and sends to the same server (docs/decisions/0018).
 * @param folder what relative paths start from
 */
export function newReferences(
  { name, connections, tunnel }: Connections & Pick<ProfileDraft, 'name'>,
  known: readonly Connections[],
  folder: string,
): NewReference[] {
  return Object.entries(connections).flatMap(([database, connection]): NewReference[] => {
    const place = placeOf(connection.secret, folder);
    if (place === null) return [];
    const draft = { connections, tunnel };
    const isKnown = known.some((each) =>
      Object.entries(each.connections).some(
        ([from, { secret }]) =>
          isDeepStrictEqual(placeOf(secret, folder), place) && leadsToSame(each, from, draft, database),
      ),
    );
    if (isKnown) return [];
    const { host, port, engine, user, tls } = connection;
    const ssh = connection.tunnel ? tunnel : null;
    const from = place.kind === 'file' ? `file ${place.path}` : `variable ${place.name}`;
    const way = JSON.stringify([place, engine, host, port, user, tls, ssh]);
    return [{ environment: name, database, host, port, from, place, through: ssh?.host ?? null, way }];
  });
}

function placeOf(secret: SecretSource, folder: string): Place | null {
  if (secret.kind === 'file') return { kind: 'file', path: filePath(folder, secret.path) };
  return secret.kind === 'env' ? secret : null;
}
