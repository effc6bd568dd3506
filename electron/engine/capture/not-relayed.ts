import { quoteLiteral } from '../connect/identifiers';

/**
 * Condition on change_log: rows of transactions that a snapshot did not see. Exact, where the horizon of the consumer is only a
 * bound: a transaction that stays open, in any database of the server, holds the horizon back and not the relay.
 * @param snapshot up to which everything has been relayed, as pg_current_snapshot()::text; null: nothing has
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT-PARTS
 */
export function notRelayed(snapshot: string | null): string {
  if (snapshot === null) return 'true';
  const [, xmax = '0', inProgress = ''] = snapshot.split(':');
  const later = `xid >= ${quoteLiteral(xmax)}::xid8`;
  return inProgress === '' ? later : `(${later} OR xid = ANY (${quoteLiteral(`{${inProgress}}`)}::xid8[]))`;
}
