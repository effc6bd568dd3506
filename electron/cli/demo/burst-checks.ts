import type { BurstResult } from '../../sandbox/astrobookings/burst-result';
import { readCards } from './cards';
import type { Check } from './check';
import { allRight, bookingCardsSay, cardsAreGone, freeSeatsAreRight } from './checks';
import { bookingRows, freeSeats, launchDates, launchesOfMoved, travelerAddresses } from './evidence';
import type { Sandbox } from './sandbox';

/** Follows what the applications did into the databases that had to hear of it. */
export async function checkBurst(sandbox: Sandbox, burst: BurstResult): Promise<Check[]> {
  const { operations, cache } = sandbox;
  const { left, entered } = await launchesOfMoved(operations, burst.bookingsMoved);
  const web = await bookingRows(operations, burst.cacheBookingsMade);
  const seatsAgree = async (title: string, launches: readonly string[]): Promise<Check> =>
    freeSeatsAreRight(title, await freeSeats(operations, launches), await readCards(cache, 'launch', launches));
  const cardsOf = (ids: readonly string[]) => readCards(cache, 'booking', ids);
  const canceledOnWeb = new Set(burst.cacheBookingsCancelled);
  return [
    await seatsAgree('a moved booking gives its seats back to the launch it left', left),
    await seatsAgree('and takes them in the launch it moved to', entered),
    bookingCardsSay('a canceled booking has a card that says so', 'cancelled', await cardsOf(burst.bookingsCanceled)),
    bookingCardsSay('a new booking has its card', 'booked', await cardsOf(burst.bookingsMade)),
    cardsAreGone('a deleted booking has none', await cardsOf(burst.bookingsDeleted)),
    allRight(
      'a booking of the web site is in OperationsDB',
      burst.cacheBookingsMade.length,
      burst.cacheBookingsMade.filter((id) => {
        const status = canceledOnWeb.has(id) ? 'canceled' : 'pending';
        return web.find((row) => row.id === id)?.status !== status;
      }),
      'booking',
      'bookings',
    ),
    await seatsAgree('and counts in the seats of its launch', [...new Set(web.map(({ launch }) => launch))]),
    await delayedLaunches(sandbox, burst.launchesDelayed),
    await travelersFollow(sandbox, [...burst.travelersRegistered, ...burst.travelerEmailsChanged]),
  ];
}

async function delayedLaunches({ operations, cache }: Sandbox, launches: readonly string[]): Promise<Check> {
  const dates = await launchDates(operations, cache, launches);
  const wrong = dates.filter(({ date, score }) => score === null || Math.abs(score - date) > 0.001);
  return allRight(
    'a delayed launch stands at its new date',
    dates.length,
    wrong.map(({ id }) => id),
    'launch',
    'launches',
  );
}

async function travelersFollow(sandbox: Sandbox, accounts: readonly string[]): Promise<Check> {
  const addresses = await travelerAddresses(sandbox, accounts);
  const wrong = addresses.filter(({ account, traveler }) => account !== traveler);
  return allRight(
    'travelers have the address of their account',
    addresses.length,
    wrong.map(({ id }) => id),
    'traveler',
    'travelers',
  );
}
