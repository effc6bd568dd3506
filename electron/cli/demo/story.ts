import type { Job, RunDocument } from '../../../shared/engine/documents';
import type { Engine } from '../../engine/operate/api';
import { SyncError } from '../../engine/errors';
import type { ErrorCode } from '../../../shared/error-codes';
import { actors } from '../../sandbox/astrobookings/applications';
import { runBurst } from '../../sandbox/astrobookings/burst';
import { countBurst } from '../../sandbox/astrobookings/burst-result';
import type { BurstResult } from '../../sandbox/astrobookings/burst-result';
import { counted, grouped } from '../render/format';
import { renderHistory } from '../render/jobs';
import { renderPlan, renderRun, renderVerification } from '../render/run-document';
import { checkBurst } from './burst-checks';
import { countCards } from './cards';
import type { Check } from './check';
import * as checks from './checks';
import { rememberLaunches } from './evidence';
import { findLeaks } from './leaks';
import { doneLine } from './narrator';
import type { Narrator } from './narrator';
import { groupByOrigin, renderOrigins } from './origins';
import { grantRights } from './rights';
import type { Sandbox } from './sandbox';
import { renderBurst } from './burst-table';

export interface Stage {
  readonly narrator: Narrator;
  readonly sandbox: Sandbox;
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** Takes the live progress off the screen. */
  readonly clearProgress: () => void;
}

/** All datasets. */
const all = { datasets: [] } as const;
const applications = ['booking-service', 'agency-portal', 'finance-desk'] as const;

/**
 * A first synchronisation and a day after it, as an operator would live them. Gives what has to be true of it.
 * @throws SyncError of a plan, run or verification that could not be made at all
 */
export async function tellStory(stage: Stage): Promise<Check[]> {
  const first = await firstSynchronisation(stage);
  const burst = await applicationsAtWork(stage);
  const jobs = await queueWithOrigins(stage);
  const second = await secondSynchronisation(stage, burst);
  const last = await lastRun(stage);
  const status = await stage.engine.status(all);
  return [
    ...first,
    checks.originsOnRecord(jobs, applications, Object.values(actors)),
    ...second,
    ...(await checkBurst(stage.sandbox, burst)),
    checks.nothingMoved(last),
    checks.nothingWaits(status),
    checks.noLeaks(await findLeaks(stage.sandbox)),
  ];
}

async function firstSynchronisation(stage: Stage): Promise<Check[]> {
  const { narrator, sandbox, engine } = stage;
  const { step, say, look } = narrator;
  await step(
    'Rights and init',
    [
      `The sync signs in as ${sandbox.roles.operator.name}, which is no superuser and may do nothing yet.`,
      'An administrator runs the grants that "astro-sync check" names; "astro-sync init" then installs capture and queue.',
    ],
    async () => {
      const { given, missing } = await grantRights(engine, sandbox);
      if (missing.length > 0) throw new SyncError('RIGHTS_MISSING', `Still missing: ${missing.join(' ')}`);
      await say(doneLine(`${counted(given, 'grant')} given`, look()));
      const report = await engine.init(all);
      for (const { name, done } of report.databases) {
        await say(doneLine(`${name}: ${counted(done.length, 'thing')} installed`, look()));
      }
      return { outcome: `${counted(given, 'grant')}, ${counted(report.databases.length, 'database')}`, value: null };
    },
  );
  const plan = await step(
    'Plan',
    ['What a run would do, counted and written nowhere. The cache is empty; some travelers and agencies are stale.'],
    async () => {
      const document = withoutSamples(
        await told(stage, 'plan', engine.plan({ ...all, mode: 'auto', signal: stage.signal })),
      );
      await say(renderPlan(document, 'demo', look()));
      return { outcome: `${counted(sum(document, 'planned'), 'row')} to write`, value: document };
    },
  );
  const run = await runStep(stage, 'First run: full', [
    'Both sides are compared by hashes, range by range; only what differs is read and written.',
  ]);
  const verification = await verifyStep(stage, 'Verify');
  const { rows } = sandbox.seeded;
  return [
    checks.planCountsTheDrift(plan, sandbox.seeded),
    checks.everyCardIsThere(
      'every launch and every booking has its card',
      { launch: await countCards(sandbox.cache, 'launch'), booking: await countCards(sandbox.cache, 'booking') },
      { launch: rows.launches, booking: rows.bookings },
    ),
    checks.verifiedWithoutDifferences('the first run leaves no difference', run, datasetsOf(plan)),
    checks.verifiedWithoutDifferences('and so says a verification of its own', verification, datasetsOf(plan)),
  ];
}

function applicationsAtWork({ narrator, sandbox }: Stage): Promise<BurstResult> {
  const { postgres, redis, roles, operations } = sandbox;
  return narrator.step(
    'Applications write',
    [
      'Three applications, two of them on behalf of a person, work as on any day. They know nothing of the sync.',
      'Bookings of the web site arrive in the cache first, as entries of the stream astro_sync:changes.',
    ],
    async () => {
      await rememberLaunches(operations);
      const burst = await runBurst({
        operations: postgres.url('operations'),
        system: postgres.url('system'),
        cache: redis.url(),
        roles,
      });
      const changes = Object.values(countBurst(burst)).reduce((total, count) => total + count, 0);
      await narrator.say(renderBurst(burst, narrator.look()));
      return { outcome: counted(changes, 'change'), value: burst };
    },
  );
}

function queueWithOrigins(stage: Stage): Promise<readonly Job[]> {
  const { narrator, engine } = stage;
  return narrator.step(
    'Queue with origins',
    [
      'Each change became a job for every entity that it concerns, with who made it: a booking that moves',
      'concerns its own card and two launches; a refitted rocket concerns all its launches.',
    ],
    async () => {
      await told(stage, 'plan', engine.plan({ ...all, mode: 'auto', signal: stage.signal }));
      const jobs = await engine.queue({ status: ['pending'], limit: 100_000 });
      await narrator.say(renderOrigins(groupByOrigin(jobs), narrator.look()));
      return { outcome: counted(jobs.length, 'job'), value: jobs };
    },
  );
}

async function secondSynchronisation(stage: Stage, burst: BurstResult): Promise<Check[]> {
  const { narrator, engine } = stage;
  const run = await runStep(stage, 'Second run: incremental', [
    'Only the entities in the queue are read and written, as they are now, however often they changed.',
  ]);
  const [booking = ''] = burst.bookingsMoved;
  await narrator.say(`\nThe history of one booking that moved:\n\n`);
  await narrator.say(renderHistory(await engine.history('bookings', booking), narrator.look()));
  const verification = await verifyStep(stage, 'Verify again');
  return [
    checks.incrementalThroughout(run),
    checks.verifiedWithoutDifferences('the incremental run leaves no difference', run, run.datasets.length),
    checks.verifiedWithoutDifferences('and so says a verification of all rows', verification, run.datasets.length),
  ];
}

function lastRun(stage: Stage): Promise<RunDocument> {
  return runStep(stage, 'Third run: nothing left', ["The sync's own writes come back to nobody: it moves 0 rows."]);
}

function runStep(stage: Stage, title: string, about: readonly string[]): Promise<RunDocument> {
  const { narrator, engine, signal } = stage;
  return narrator.step(title, about, async () => {
    const document = await told(stage, 'run', engine.run({ ...all, mode: 'auto', signal }));
    await narrator.say(renderRun(document, narrator.look()));
    return { outcome: `${grouped(checks.moved(document))} rows written, ${differences(document)}`, value: document };
  });
}

function verifyStep(stage: Stage, title: string): Promise<RunDocument> {
  const { narrator, engine, signal } = stage;
  return narrator.step(title, ['Every row of every dataset is compared on both sides.'], async () => {
    const document = await told(stage, 'verify', engine.verify({ ...all, signal }));
    await narrator.say(renderVerification(document, narrator.look()));
    return {
      outcome: `${counted(sum(document, 'unchanged'), 'row')} equal, ${differences(document)}`,
      value: document,
    };
  });
}

/** The document, once the progress is off the screen. @throws SyncError where nothing could be done at all */
async function told(stage: Stage, kind: 'plan' | 'run' | 'verify', work: Promise<RunDocument>): Promise<RunDocument> {
  const document = await work;
  stage.clearProgress();
  const { error, status, datasets, ...rest } = document;
  if (error !== null && (datasets.length === 0 || status === 'cancelled')) {
    throw new SyncError(error.code as ErrorCode, error.message, error.hint === null ? {} : { hint: error.hint });
  }
  // A plan's ending has no phases; those of a run would not fit the line.
  return { ok: rest.ok, id: kind === 'plan' ? rest.id : null, status, datasets, error };
}

function withoutSamples(document: RunDocument): RunDocument {
  return { ...document, datasets: document.datasets.map((dataset) => ({ ...dataset, samples: [] })) };
}

function datasetsOf(document: RunDocument): number {
  return document.datasets.length;
}

function sum(document: RunDocument, count: 'planned' | 'unchanged'): number {
  return document.datasets.reduce((total, dataset) => total + dataset[count], 0);
}

function differences(document: RunDocument): string {
  return counted(
    document.datasets.reduce((total, dataset) => total + (dataset.differences ?? 0), 0),
    'difference',
  );
}
