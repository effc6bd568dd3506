import type { BurstResult } from '../../sandbox/astrobookings/burst-result';
import { grouped } from '../render/format';
import { table } from '../render/table';
import type { Look } from '../terminal';

/** What each application did, in its own words. */
const deeds: readonly { readonly by: string; readonly did: string; readonly kind: keyof BurstResult }[] = [
  { by: 'booking-service', did: 'bookings made', kind: 'bookingsMade' },
  { by: 'booking-service', did: 'bookings moved to another launch', kind: 'bookingsMoved' },
  { by: 'booking-service', did: 'bookings canceled', kind: 'bookingsCanceled' },
  { by: 'booking-service', did: 'bookings deleted', kind: 'bookingsDeleted' },
  { by: 'booking-service', did: 'bookings made on the web, in the stream of the cache', kind: 'cacheBookingsMade' },
  { by: 'booking-service', did: 'of these canceled at once', kind: 'cacheBookingsCancelled' },
  { by: 'booking-service', did: 'travelers registered', kind: 'travelersRegistered' },
  { by: 'booking-service', did: 'addresses changed', kind: 'travelerEmailsChanged' },
  { by: 'agency-portal', did: 'launches delayed by a week', kind: 'launchesDelayed' },
  { by: 'agency-portal', did: 'rocket refitted with more seats', kind: 'rocketsRefitted' },
  { by: 'agency-portal', did: 'agency renamed', kind: 'agenciesRenamed' },
  { by: 'finance-desk', did: 'launches made dearer', kind: 'pricesChanged' },
];

export function renderBurst(burst: BurstResult, look: Look): string {
  const done = deeds.filter(({ kind }) => burst[kind].length > 0);
  return table(
    [{ title: 'Application' }, { title: 'Number', align: 'right' }, { title: 'Did what' }],
    done.map(({ by, did, kind }, index) => [
      done[index - 1]?.by === by ? '' : { text: by, tone: 'strong' },
      grouped(burst[kind].length),
      did,
    ]),
    look,
  );
}
