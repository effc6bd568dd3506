import type { Job, RunDocument } from '../../../shared/engine/documents';
import type { StatusReport } from '../../../shared/engine/reports';
import type { SeedResult } from '../../sandbox/astrobookings/seed';
import { counted, grouped } from '../render/format';
import type { Card } from './cards';
import type { Check } from './check';
import type { Leaks } from './leaks';

const datasetOf = (document: RunDocument, name: string) => document.datasets.find((each) => each.name === name);

/** Rows that a run wrote: what it inserted, updated or deleted. */
export function moved(run: RunDocument): number {
  return run.datasets.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0);
}

/** The data was made with known differences: the plan has to find all of them, and the rows that the cache lacks. */
export function planCountsTheDrift(plan: RunDocument, { drift, rows }: SeedResult): Check {
  const expected = [
    ['travelers', drift.missingTravelers, drift.staleTravelers],
    ['agencies', 0, drift.staleAgencies],
    ['launches', rows.launches, 0],
    ['bookings', rows.bookings, 0],
  ] as const;
  const wrong = expected.filter(([name, inserted, updated]) => {
    const found = datasetOf(plan, name);
    return found?.inserted !== inserted || found.updated !== updated || found.deleted !== 0;
  });
  return {
    title: 'the plan counts every difference that was made',
    passed: wrong.length === 0,
    found: wrong.length === 0 ? counted(planned(plan), 'row') : `not for ${wrong.map(([name]) => name).join(', ')}`,
  };
}

function planned(plan: RunDocument): number {
  return plan.datasets.reduce((sum, dataset) => sum + dataset.planned, 0);
}

/** Each launch and each booking of OperationsDB has its card. */
export function everyCardIsThere(cards: CardCounts, rows: CardCounts): Check {
  return {
    title: 'every launch and every booking has its card',
    passed: cards.launch === rows.launch && cards.booking === rows.booking,
    found: `${grouped(cards.launch)} of ${grouped(rows.launch)}, ${grouped(cards.booking)} of ${grouped(rows.booking)}`,
  };
}

interface CardCounts {
  readonly launch: number;
  readonly booking: number;
}

/** Datasets that ship with the demo's data. */
const datasets = ['agencies', 'bookings', 'bookings-in', 'launches', 'travelers'] as const;

export function verifiedWithoutDifferences(title: string, document: RunDocument): Check {
  const wrong = datasets.filter((name) => {
    const found = datasetOf(document, name);
    return found?.verified !== true || found.differences !== 0;
  });
  return {
    title,
    passed: document.ok && wrong.length === 0,
    found: wrong.length === 0 ? counted(datasets.length, 'dataset') : `not ${wrong.join(', ')}`,
  };
}

export function incrementalThroughout(run: RunDocument): Check {
  const wrong = run.datasets.filter(({ mode }) => mode !== 'incremental');
  return {
    title: 'what changed was applied without comparing all again',
    passed: run.ok && wrong.length === 0 && run.datasets.length > 0,
    found:
      wrong.length === 0
        ? `${counted(moved(run), 'row')} written`
        : `full: ${wrong.map(({ name }) => name).join(', ')}`,
  };
}

/** Changes are on record with who made them; those of the sync itself do not count. */
export function originsOnRecord(
  jobs: readonly Job[],
  applications: readonly string[],
  actors: readonly string[],
): Check {
  const origins = jobs.map(({ data }) => data.origin).filter(({ run }) => run === null);
  const found = {
    applications: distinct(origins.map(({ application }) => application)),
    // Where an application names nobody, the role that it signs in as stands for the actor.
    actors: distinct(origins.filter(({ actor, session_user: role }) => actor !== role).map(({ actor }) => actor)),
  };
  return {
    title: 'three applications and two actors are on record',
    passed: sameNames(found.applications, applications) && sameNames(found.actors, actors),
    found: `${counted(found.applications.size, 'application')}, ${counted(found.actors.size, 'actor')}`,
  };
}

function distinct(names: readonly (string | null)[]): ReadonlySet<string> {
  return new Set(names.filter((name) => name !== null));
}

function sameNames(found: ReadonlySet<string>, expected: readonly string[]): boolean {
  return found.size === expected.length && expected.every((name) => found.has(name));
}

/** The cards of these launches say how many seats are free. */
export function freeSeatsAreRight(
  title: string,
  expected: ReadonlyMap<string, string>,
  cards: ReadonlyMap<string, Card>,
): Check {
  const wrong = [...expected].filter(([id, free]) => cards.get(id)?.['free_seats'] !== free);
  return allRight(
    title,
    expected.size,
    wrong.map(([id]) => id),
    'launch',
    'launches',
  );
}

export function bookingCardsSay(title: string, status: string, cards: ReadonlyMap<string, Card>): Check {
  const wrong = [...cards].filter(([, card]) => card?.['status'] !== status);
  return allRight(
    title,
    cards.size,
    wrong.map(([id]) => id),
    'booking',
    'bookings',
  );
}

export function cardsAreGone(title: string, cards: ReadonlyMap<string, Card>): Check {
  const left = [...cards].filter(([, card]) => card !== null);
  return allRight(
    title,
    cards.size,
    left.map(([id]) => id),
    'booking',
    'bookings',
  );
}

/** Something holds for each of these ids; there must be some, or nothing was shown. */
export function allRight(title: string, all: number, wrong: readonly string[], one: string, many: string): Check {
  return {
    title,
    passed: all > 0 && wrong.length === 0,
    found: wrong.length === 0 ? counted(all, one, many) : `not ${one} ${wrong.slice(0, 5).join(', ')}`,
  };
}

export function noLeaks({ places, rows, keys }: Leaks): Check {
  return {
    title: 'no password hash in queue, change logs or cache',
    passed: places.length === 0 && rows > 0 && keys > 0,
    found: places.length === 0 ? `${grouped(rows)} rows, ${grouped(keys)} keys` : places.slice(0, 3).join(', '),
  };
}

export function nothingMoved(run: RunDocument): Check {
  return {
    title: 'a run without changes moves nothing',
    passed: run.ok && run.datasets.length > 0 && moved(run) === 0,
    found: `${counted(moved(run), 'row')} written`,
  };
}

export function nothingWaits({ datasets }: StatusReport): Check {
  const wrong = datasets.filter(
    ({ backlog, unrelayed, baseline }) => backlog !== 0 || (unrelayed ?? 0) !== 0 || baseline === 'gap',
  );
  return {
    title: 'no change waits, and no dataset has a gap',
    passed: wrong.length === 0 && datasets.length > 0,
    found: wrong.length === 0 ? counted(datasets.length, 'dataset') : `not ${wrong.map(({ name }) => name).join(', ')}`,
  };
}
