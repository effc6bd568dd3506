import { daysFromReference } from './clock';
import type { Row } from './copy-rows';
import { destinations, missions, prices, rocketNames } from './flights';
import type { Range } from './flights';
import { randomFor } from './random';

/** A launch as far as bookings and invoices need to know it. */
export interface Launch {
  readonly id: number;
  readonly agencyId: number;
  readonly capacity: number;
  readonly priceInCents: number;
  readonly status: 'scheduled' | 'confirmed' | 'launched' | 'delayed' | 'aborted';
  /** From the reference date; negative in the past. */
  readonly days: number;
}

export interface Flights {
  readonly rockets: readonly Row[];
  readonly launchRows: readonly Row[];
  readonly launches: readonly Launch[];
}

interface Rocket {
  readonly id: number;
  readonly agencyId: number;
  readonly capacity: number;
  readonly range: Range;
}

/** Rockets of the agencies, and their launches in the three years around the reference date. */
export function generateFlights(
  seed: number,
  agencyIds: readonly number[],
  counts: { readonly rockets: number; readonly launches: number },
): Flights {
  const random = randomFor(seed, 'flights');
  const rockets: Row[] = [];
  const fleet: Rocket[] = [];
  for (let id = 1; id <= counts.rockets; id += 1) {
    const range = random.weighted<Range>({ low_earth: 5, moon: 4, mars: 1 });
    const capacity = range === 'mars' ? random.between(12, 48) * 2 : random.between(20, 110) * 2;
    const rocket = { id, agencyId: random.pick(agencyIds), capacity, range };
    const name = `${rocketNames[(id - 1) % rocketNames.length] ?? ''} ${roman(Math.ceil(id / rocketNames.length))}`;
    fleet.push(rocket);
    rockets.push([id, rocket.agencyId, name, capacity, range]);
  }

  const launchRows: Row[] = [];
  const launches: Launch[] = [];
  for (let id = 1; id <= counts.launches; id += 1) {
    const rocket = random.pick(fleet);
    const days = random.between(-540, 540) + random.between(4 * 12, 22 * 12) / 288;
    const status =
      days < 0
        ? random.weighted({ launched: 93, aborted: 7 })
        : random.weighted({ scheduled: 55, confirmed: 33, delayed: 9, aborted: 3 });
    const [least, most] = prices[rocket.range];
    const priceInCents = random.between(least / 500, most / 500) * 50_000 + random.pick([0, 0, 0, 50, 99]);
    const mission = random.chance(0.2)
      ? `${random.pick(missions)} ${String(random.between(2, 12))}`
      : random.pick(missions);
    const destination = random.pick(destinations[rocket.range]);
    const price = money(priceInCents);
    launchRows.push([id, rocket.agencyId, rocket.id, daysFromReference(days), mission, destination, price, status]);
    launches.push({ id, agencyId: rocket.agencyId, capacity: rocket.capacity, priceInCents, status, days });
  }
  return { rockets, launchRows, launches };
}

/** `1234567` cents → `12345.67`. */
export function money(cents: number): string {
  const digits = String(cents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function roman(number: number): string {
  const parts = [
    [100, 'C'],
    [90, 'XC'],
    [50, 'L'],
    [40, 'XL'],
    [10, 'X'],
    [9, 'IX'],
    [5, 'V'],
    [4, 'IV'],
    [1, 'I'],
  ] as const;
  let left = number;
  let written = '';
  for (const [value, letter] of parts) {
    while (left >= value) {
      written += letter;
      left -= value;
    }
  }
  return written;
}
