import type { Job } from '../../../shared/engine/documents';
import { actors } from '../../sandbox/astrobookings/applications';
import { runBurst } from '../../sandbox/astrobookings/burst';
import { countBurst } from '../../sandbox/astrobookings/burst-result';
import type { BurstResult } from '../../sandbox/astrobookings/burst-result';
import { counted } from '../render/format';
import { renderHistory } from '../render/jobs';
import { checkBurst } from './burst-checks';
import { renderBurst } from './burst-table';
import { countCards } from './cards';
import { renderChecks } from './check';
import type { Check } from './check';
import * as checks from './checks';
import { rememberLaunches } from './evidence';
import { installStep } from './install';
import { findLeaks } from './leaks';
import { groupByOrigin, renderOrigins } from './origins';
import { plan, planStep, runStep, verifyStep } from './stage';
import type { Stage } from './stage';

const applications = ['booking-service', 'agency-portal', 'finance-desk'] as const;

/**
 * A first synchronisation and a day after it, as an operator lives them; then what has to be true of it all.
 * @throws SyncError of a step that could do nothing at all
 */
export async function tellStory(stage: Stage): Promise<Check[]> {
  await installStep(stage);
  const found = await firstSynchronisation(stage);
  const burst = await applicationsAtWork(stage);
  found.push(...(await dayAfter(stage, burst)));
  const about = ['The databases themselves are asked, past the engine: what has to be true, and what was found.'];
  return stage.narrator.step('Checks', about, async () => {
    found.push(...(await checkBurst(stage.sandbox, burst)));
    found.push(checks.nothingWaits(await stage.engine.status({ datasets: [] })));
    found.push(checks.noLeaks(await findLeaks(stage.sandbox)));
    await stage.narrator.say(renderChecks(found, stage.narrator.look()));
    const passed = found.filter((check) => check.passed).length;
    return { outcome: `${passed} of ${found.length} passed`, value: found };
  });
}

async function firstSynchronisation(stage: Stage): Promise<Check[]> {
  const planned = await planStep(stage, 'Plan', ['What a run would do, counted and not yet done.']);
  const run = await runStep(stage, 'First run: full', [
    'Both sides are compared by hashes, range by range; only what differs is read and written.',
  ]);
  const verification = await verifyStep(stage, 'Verify');
  const { cache, seeded } = stage.sandbox;
  const cards = { launch: await countCards(cache, 'launch'), booking: await countCards(cache, 'booking') };
  return [
    checks.planCountsTheDrift(planned, seeded),
    checks.everyCardIsThere(cards, { launch: seeded.rows.launches, booking: seeded.rows.bookings }),
    checks.verifiedWithoutDifferences('the first run leaves no difference', run),
    checks.verifiedWithoutDifferences('and so says a verification of its own', verification),
  ];
}

function applicationsAtWork({ narrator, sandbox }: Stage): Promise<BurstResult> {
  const { postgres, redis, roles, operations } = sandbox;
  const { step, say, look } = narrator;
  const about = [
    'Three applications work as on any day, two of them on behalf of a person; none knows of the sync.',
    'Bookings of the web site arrive in the cache first, as entries of the stream astro_sync:changes.',
  ];
  return step('Applications write', about, async () => {
    await rememberLaunches(operations);
    const urls = { operations: postgres.url('operations'), system: postgres.url('system'), cache: redis.url() };
    const burst = await runBurst({ ...urls, roles });
    await say(renderBurst(burst, look()));
    const changes = Object.values(countBurst(burst)).reduce((total, count) => total + count, 0);
    return { outcome: counted(changes, 'change'), value: burst };
  });
}

async function dayAfter(stage: Stage, burst: BurstResult): Promise<Check[]> {
  const jobs = await queueStep(stage);
  const run = await runStep(stage, 'Second run: incremental', [
    'Only the entities in the queue are read and written, as they are now, however often they changed.',
    'What turns out to concern nobody is skipped: the account of a traveler is no agency.',
  ]);
  await historyOf(stage, burst.bookingsMoved[0] ?? '');
  const verification = await verifyStep(stage, 'Verify again');
  const last = await runStep(stage, 'Third run: nothing left', [
    "The sync's own writes come back to nobody: a run without changes moves 0 rows.",
  ]);
  return [
    checks.originsOnRecord(jobs, applications, Object.values(actors)),
    checks.incrementalThroughout(run),
    checks.verifiedWithoutDifferences('the incremental run leaves no difference', run),
    checks.verifiedWithoutDifferences('and so says a verification of all rows', verification),
    checks.nothingMoved(last),
  ];
}

function queueStep(stage: Stage): Promise<readonly Job[]> {
  const { step, say, look } = stage.narrator;
  const about = [
    'Each change becomes a job for every entity that it may concern, with who made it and where.',
    'A booking that moves concerns its card and two launches, a refitted rocket all of its launches.',
  ];
  return step('Queue with origins', about, async () => {
    // Planning relays what was captured into the queue, and applies nothing.
    await plan(stage);
    const jobs = await stage.engine.queue({ status: ['pending'], limit: 1_000_000 });
    await say(renderOrigins(groupByOrigin(jobs), look()));
    return { outcome: counted(jobs.length, 'job'), value: jobs };
  });
}

/** All that is known of one booking. */
async function historyOf({ narrator, engine }: Stage, booking: string): Promise<void> {
  await narrator.say('\nThe history of one booking that moved:\n\n');
  await narrator.say(renderHistory(await engine.history('bookings', booking), narrator.look()));
}
