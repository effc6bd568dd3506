import { Redis } from 'ioredis';
import { actors } from './applications';
import type { Application } from './applications';
import type { BurstResult } from './burst-result';
import { firstIdOfCacheBookings } from './schema';

/** The stream in which the booking service says what changed in the cache. */
export const changeStream = 'astro_sync:changes';

/** Where the booking service counts the ids that it gave in the cache. */
const counter = 'booking-service:last-booking';

export interface CacheBooking {
  readonly id: string;
  readonly traveler_id: string;
  readonly launch_id: string;
  readonly number_of_seats: number;
  /** Money as text: no digit may be lost on the way. */
  readonly total_price: string;
  readonly status: 'booked' | 'cancelled';
}

/**
 * Appends one change of a booking to the stream, as the booking service does:
 * `XADD astro_sync:changes * entity booking key <id> op … values <json> application booking-service actor … at …`.
 */
async function announceBooking(
  cache: Redis,
  operation: 'insert' | 'update' | 'delete',
  booking: CacheBooking,
): Promise<void> {
  const fields = {
    entity: 'booking',
    key: booking.id,
    op: operation,
    values: JSON.stringify(booking),
    application: 'booking-service',
    actor: actors.deskClerk,
    at: new Date().toISOString(),
  };
  await cache.xadd(changeStream, '*', ...Object.entries(fields).flat());
}

/** Bookings that are made on the public web site and so arrive in the cache first: six made, two of them cancelled at once. */
export async function bookInCache(
  { transaction }: Application,
  options: { readonly cache?: string; readonly seed: number; readonly unknownLaunch?: boolean },
): Promise<Pick<BurstResult, 'cacheBookingsMade' | 'cacheBookingsCancelled' | 'cacheBookingsOnUnknownLaunch'>> {
  if (options.cache === undefined) {
    return { cacheBookingsMade: [], cacheBookingsCancelled: [], cacheBookingsOnUnknownLaunch: [] };
  }
  const offers = await transaction('operations', async (client) => {
    const { rows } = await client.query<{ traveler: string; launch: string; price: string }>(
      `select t.user_id as traveler, l.id as launch, l.price_per_seat * 2 as price
       from (select user_id, row_number() over (order by hashint8extended(user_id, $1) desc) as n from travelers) t
       join (select id, price_per_seat, row_number() over (order by hashint8extended(id, $1)) as n
             from launches where status = 'confirmed') l using (n)
       order by n limit 6`,
      [options.seed],
    );
    return rows;
  });
  const cache = new Redis(options.cache, { lazyConnect: true });
  const made: CacheBooking[] = [];
  const unknown: CacheBooking[] = [];
  try {
    await cache.connect();
    await cache.set(counter, firstIdOfCacheBookings - 1, 'NX');
    const book = async (offer: (typeof offers)[number]): Promise<CacheBooking> => {
      const booking: CacheBooking = {
        id: String(await cache.incr(counter)),
        traveler_id: offer.traveler,
        launch_id: offer.launch,
        number_of_seats: 2,
        total_price: offer.price,
        status: 'booked',
      };
      await announceBooking(cache, 'insert', booking);
      return booking;
    };
    for (const offer of offers) made.push(await book(offer));
    for (const booking of made.slice(-2)) await announceBooking(cache, 'update', { ...booking, status: 'cancelled' });
    const first = offers[0];
    if (options.unknownLaunch === true && first !== undefined)
      unknown.push(await book({ ...first, launch: '987654321' }));
  } finally {
    cache.disconnect();
  }
  return {
    cacheBookingsMade: made.map(({ id }) => id),
    cacheBookingsCancelled: made.slice(-2).map(({ id }) => id),
    cacheBookingsOnUnknownLaunch: unknown.map(({ id }) => id),
  };
}
