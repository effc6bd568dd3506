import type { Connection, ProfileDraft } from '../../../shared/contract/profile';

/** A password that a profile takes from a file or a variable of the computer on which it is opened. */
export interface Reference {
  readonly environment: string;
  readonly database: string;
  /** to which it would be sent */
  readonly host: string;
  /** as `file /run/secrets/db` or `variable PGPASSWORD` */
  readonly from: string;
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
