import type { Row } from './copy-rows';
import { agencyFirstWords, agencyLastWords, legalHomes, slogans } from './flights';
import { asciiWord, person } from './names';
import type { Person } from './names';
import { randomFor } from './random';
import type { Random } from './random';

/** How many accounts of each role. */
export interface Accounts {
  readonly staff: number;
  readonly agencies: number;
  readonly travelers: number;
}

/** The ids of an account's role are one range: staff, then agencies, then travelers. */
export interface People {
  readonly users: readonly Row[];
  readonly agencies: readonly Row[];
  readonly travelers: readonly Row[];
  readonly agencyIds: readonly number[];
  /** Those that OperationsDB knows, so that they can have booked. */
  readonly travelerIds: readonly number[];
  /** The highest id ever given, to accounts that are gone by now too. */
  readonly lastId: number;
  readonly drift: PeopleDrift;
}

/** By how much OperationsDB is out of line with the accounts of SystemDB when it is new. */
export interface PeopleDrift {
  /** Accounts of travelers that OperationsDB does not know. */
  readonly missingTravelers: number;
  /** Travelers under an address that is no longer the account's. */
  readonly staleTravelers: number;
  /** Travelers whose account is gone. */
  readonly extraTravelers: number;
  /** Agencies with an address or a name that is no longer the account's. */
  readonly staleAgencies: number;
}

/**
 * The accounts of SystemDB (`users`) and what OperationsDB made of them (`agencies`, `travelers`), drifted apart as the two do:
 * in line, a traveler's contact_email is the account's email; an agency's contact_email and contact_info are its email and name.
 */
export function generatePeople(seed: number, { staff, agencies, travelers }: Accounts): People {
  const random = randomFor(seed, 'people');
  const users: Row[] = [];
  const agencyRows: Row[] = [];
  const travelerRows: Row[] = [];
  const agencyIds: number[] = [];
  const travelerIds: number[] = [];
  const addresses = new Set<string>();
  const drift = { missingTravelers: 0, staleTravelers: 0, extraTravelers: 0, staleAgencies: 0 };
  let id = 0;

  for (let index = 0; index < staff; index += 1) {
    const { name, mailbox } = person(random);
    id += 1;
    const email = unused(addresses, mailbox, id, 'astrobookings.example');
    users.push([id, email, passwordHash(random), name, index % 5 < 3 ? 'financial' : 'it']);
  }
  for (let index = 0; index < agencies; index += 1) {
    id += 1;
    const name = agencyName(random, index);
    const email = unused(addresses, 'contact', id, `${asciiWord(name) || 'agency'}.example`);
    users.push([id, email, passwordHash(random), name, 'agency']);
    const fate = random.weighted({ inLine: 80, renamed: 10, moved: 10 });
    if (fate !== 'inLine') drift.staleAgencies += 1;
    const home = random.pick(legalHomes);
    agencyRows.push([
      id,
      slogans[index % slogans.length] ?? null,
      fate === 'renamed' ? `${name} Tours` : name,
      fate === 'moved' ? `old-${email}` : email,
      `${name} ${home.form}`,
      `${home.tax}${digits(random, 9)}`,
      home.address,
    ]);
    agencyIds.push(id);
  }
  for (let index = 0; index < travelers; index += 1) {
    const traveler = person(random);
    id += 1;
    const email = unused(addresses, traveler.mailbox, id, traveler.domain);
    users.push([id, email, passwordHash(random), traveler.name, 'traveler']);
    const fate = random.weighted({ inLine: 0.94, missing: 0.016, stale: 0.04, unknown: 0.004 });
    if (fate === 'missing') {
      drift.missingTravelers += 1;
      continue;
    }
    if (fate !== 'inLine') drift.staleTravelers += 1;
    const known = fate === 'inLine' ? email : fate === 'stale' ? `${traveler.mailbox}@former.example` : null;
    travelerRows.push(travelerRow(random, id, traveler, known));
    travelerIds.push(id);
  }
  drift.extraTravelers = Math.ceil(travelers * 0.0075);
  for (let index = 0; index < drift.extraTravelers; index += 1) {
    const gone = person(random);
    id += 1;
    travelerRows.push(travelerRow(random, id, gone, `${gone.mailbox}${String(id)}@${gone.domain}`));
  }
  return { users, agencies: agencyRows, travelers: travelerRows, agencyIds, travelerIds, lastId: id, drift };
}

/** Every pair of words once, then again with a number. */
function agencyName(random: Random, index: number): string {
  const [firsts, lasts] = [agencyFirstWords.length, agencyLastWords.length];
  const first = agencyFirstWords[index % firsts] ?? '';
  const last = agencyLastWords[((index % firsts) + Math.floor(index / firsts)) % lasts] ?? '';
  const round = Math.floor(index / (firsts * lasts));
  return round === 0 ? `${first} ${last}` : `${first} ${last} ${String(random.between(1, 9))}${String(round)}`;
}

function unused(addresses: Set<string>, mailbox: string, id: number, domain: string): string {
  const plain = `${mailbox}@${domain}`;
  const email = addresses.has(plain) ? `${mailbox}${String(id)}@${domain}` : plain;
  addresses.add(email);
  return email;
}

const meals = ['vegetarian 🥗', 'halal', 'no nuts!', "chef's choice", 'sin gluten', 'kosher'] as const;

function travelerRow(random: Random, id: number, { language, phonePrefix }: Person, email: string | null): Row {
  const phone = `${phonePrefix}${digits(random, 2)} ${digits(random, 3)} ${digits(random, 3)}`;
  const contact = random.chance(0.6) ? person(random) : null;
  const preferences = {
    seat: random.pick(['window', 'aisle', 'any']),
    meal: random.pick(meals),
    languages: [language],
  };
  return [
    id,
    random.chance(0.92) ? phone : null,
    email,
    contact === null ? null : `${contact.name}, ${contact.phonePrefix}${digits(random, 8)}`,
    random.chance(0.85) ? JSON.stringify(preferences, null, random.chance(0.02) ? 2 : 0) : null,
  ];
}

/** Looks like Argon2 but is the hash of nothing: nobody can sign in to the sandbox. */
function passwordHash(random: Random): string {
  const word = (): string => random.next().toString(36).slice(2, 13).padEnd(11, '0');
  return `$argon2id$v=19$m=65536,t=3,p=4$${word()}${word()}$${word()}${word()}${word()}${word()}`;
}

function digits(random: Random, count: number): string {
  return String(Math.floor(random.next() * 10 ** count)).padStart(count, '0');
}
