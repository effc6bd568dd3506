import { SyncError } from '../errors';

/**
 * The id of a row of SystemDB (a job, an event, a row error) as a number's text.
 * @throws SyncError USAGE
 */
export function rowId(id: string, what: string): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw new SyncError('USAGE', `"${id}" is not the id of ${what}`, { hint: 'Ids are whole numbers.' });
}
