import { daysFromReference } from './clock';
import type { Row } from './copy-rows';
import { money } from './launches';
import type { Launch } from './launches';
import { randomFor } from './random';
import type { Random } from './random';

/**
 * Bookings in the order in which they were made, that is, launches mixed; no launch sells more seats than its rocket has.
 * `sold` receives, by launch id, the cents of the bookings that are confirmed.
 */
export function* generateBookings(
  seed: number,
  count: number,
  travelerIds: readonly number[],
  launches: readonly Launch[],
  sold: Map<number, number>,
): Generator<Row> {
  const random = randomFor(seed, 'bookings');
  const seatsLeft = new Map(launches.map((launch) => [launch.id, launch.capacity]));
  for (const [index, launch] of launchOfEachBooking(random, count, launches).entries()) {
    // Some travel often, most once.
    const travelerId = travelerIds[Math.floor(random.next() ** 1.6 * travelerIds.length)] ?? 0;
    const seats = Number(random.weighted({ '1': 60, '2': 28, '3': 7, '4': 5 }));
    const left = seatsLeft.get(launch.id) ?? 0;
    const status = seats > left ? 'canceled' : bookingStatus(random, launch);
    const price = seats * launch.priceInCents;
    if (status !== 'canceled') seatsLeft.set(launch.id, left - seats);
    if (status === 'confirmed') sold.set(launch.id, (sold.get(launch.id) ?? 0) + price);
    yield [index + 1, travelerId, launch.id, seats, money(price), status];
  }
}

/** Which launch each booking is for: shares by rocket size and popularity, then shuffled (Fisher and Yates, as Durstenfeld has it). */
function launchOfEachBooking(random: Random, count: number, launches: readonly Launch[]): Launch[] {
  const shares = launches.map((launch) => ({ launch, weight: launch.capacity * (0.3 + random.next()) }));
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const order: Launch[] = [];
  let reached = 0;
  for (const { launch, weight } of shares) {
    reached += weight;
    const end = Math.round((reached / total) * count);
    while (order.length < end) order.push(launch);
  }
  for (const [index, launch] of order.entries()) {
    const other = random.between(index, order.length - 1);
    order[index] = order[other] ?? launch;
    order[other] = launch;
  }
  return order;
}

function bookingStatus(random: Random, { status }: Launch): 'pending' | 'confirmed' | 'canceled' {
  if (status === 'aborted') return random.weighted({ canceled: 9, confirmed: 1 });
  if (status === 'launched') return random.weighted({ confirmed: 92, canceled: 8 });
  return random.weighted({ pending: 20, confirmed: 73, canceled: 7 });
}

export interface Billing {
  readonly invoices: readonly Row[];
  readonly payments: readonly Row[];
}

/** What agencies are billed for launches with sales: a commission of eight per cent, paid at once or in two parts. */
export function generateBilling(seed: number, launches: readonly Launch[], sold: ReadonlyMap<number, number>): Billing {
  const random = randomFor(seed, 'billing');
  const invoices: Row[] = [];
  const payments: Row[] = [];
  for (const launch of launches) {
    const amount = Math.round((sold.get(launch.id) ?? 0) * 0.08);
    if (amount === 0 || launch.status === 'scheduled' || launch.status === 'aborted') continue;
    const id = invoices.length + 1;
    const issued = Math.min(launch.days + random.between(1, 10), -random.next() * 5);
    const status = random.weighted({ paid: launch.days < -30 ? 94 : 40, pending: 30, failed: 3 });
    const number = `AB-${daysFromReference(issued).slice(0, 4)}-${String(id).padStart(6, '0')}`;
    invoices.push([id, number, launch.agencyId, launch.id, money(amount), daysFromReference(issued), status]);
    if (status !== 'paid') continue;
    const first = random.chance(0.12) ? Math.round(amount / 2) : amount;
    for (const part of [first, amount - first]) {
      if (part > 0)
        payments.push([payments.length + 1, id, money(part), daysFromReference(issued + random.between(1, 25))]);
    }
  }
  return { invoices, payments };
}
