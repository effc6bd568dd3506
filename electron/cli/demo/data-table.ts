import { astroBookingsTables } from '../../sandbox/astrobookings/seed';
import type { AstroBookingsTable, SeedResult } from '../../sandbox/astrobookings/seed';
import { counted, grouped } from '../render/format';
import { table } from '../render/table';
import type { Look } from '../terminal';

const ofSystem: readonly AstroBookingsTable[] = ['users', 'entry_log', 'notifications'];

/** What the databases hold, and by how much they are out of line. */
export function renderData({ rows, drift }: SeedResult, look: Look): string {
  const contents = table(
    [{ title: 'Database' }, { title: 'Table' }, { title: 'Rows', align: 'right' }],
    astroBookingsTables.map((name, index) => {
      const database = ofSystem.includes(name) ? 'SystemDB' : 'OperationsDB';
      const first = index === 0 || name === ofSystem[0];
      return [first ? { text: database, tone: 'strong' } : '', name, grouped(rows[name])];
    }),
    look,
  );
  return [
    `${contents}\n`,
    `Out of line on purpose: ${counted(drift.missingTravelers, 'traveler')} missing; ${grouped(drift.staleTravelers)} and `,
    `${counted(drift.staleAgencies, 'agency', 'agencies')} out of date;\n`,
    `${grouped(drift.extraTravelers)} without an account any more, who stay. CacheDB is empty.\n`,
  ].join('');
}
