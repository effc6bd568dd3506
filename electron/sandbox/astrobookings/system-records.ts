import { momentFromReference } from './clock';
import type { Row } from './copy-rows';
import { randomFor } from './random';

/** Ids are one range from 1 to `users`; entities are bookings and launches by their ids. */
export interface RecordsAbout {
  readonly users: number;
  readonly bookings: number;
  readonly launches: number;
}

const events = [
  { level: 'info', type: 'booking', message: 'Booking confirmed' },
  { level: 'info', type: 'booking', message: 'Booking canceled by the traveler' },
  { level: 'info', type: 'user', message: 'Signed in' },
  { level: 'debug', type: 'user', message: 'Session renewed' },
  { level: 'warning', type: 'user', message: 'Wrong password — try 3 of 5' },
  { level: 'warning', type: 'launch', message: 'Weather hold: wind > 12 m/s' },
  { level: 'error', type: 'booking', message: "Payment provider said: 'insufficient funds'\nretry in 15 min" },
] as const;

/** SystemDB's log of the last ninety days, in order of time. */
export function* generateEntryLog(seed: number, count: number, about: RecordsAbout): Generator<Row> {
  const random = randomFor(seed, 'entry_log');
  const highest = { booking: about.bookings, launch: about.launches, user: about.users };
  for (let id = 1; id <= count; id += 1) {
    const { level, type, message } = random.pick(events);
    const userId = random.between(1, about.users);
    const entityId = type === 'user' ? userId : random.between(1, highest[type]);
    const data = {
      client: `10.0.${String(random.between(0, 31))}.${String(random.between(1, 254))}`,
      ms: random.between(2, 900),
    };
    const moment = momentFromReference(-90 + (90 * (id - random.next())) / count, random);
    const known = random.chance(0.9);
    yield [
      id,
      level,
      message,
      moment,
      type,
      entityId,
      known ? userId : null,
      random.chance(0.7) ? JSON.stringify(data) : null,
    ];
  }
}

const messages = [
  '🚀 Your launch is confirmed. See you on the pad!',
  'Tu reserva ha cambiado: mira los detalles en «Mis viajes».',
  "L'heure de départ a changé.",
  'Deine Rechnung liegt bereit (PDF, 38 kB)',
  'Twoja rezerwacja została anulowana.',
  'ご予約ありがとうございます',
] as const;

/** SystemDB's queue of notices to users. */
export function* generateNotifications(seed: number, count: number, users: number): Generator<Row> {
  const random = randomFor(seed, 'notifications');
  for (let id = 1; id <= count; id += 1) {
    const age = (1 - id / count) * 60 + random.next();
    const status = random.weighted({ pending: age < 2 ? 60 : 1, sent: 50, read: 40, failed: 2 });
    yield [id, random.between(1, users), random.pick(messages), momentFromReference(-age, random), status];
  }
}
