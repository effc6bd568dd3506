import type { ErrorDocument, RunDocument } from '../../shared/engine/documents';
import type { Approval, RunRequest } from '../engine/operate/api';
import { SyncError } from '../engine/errors';
import { exitCode, exitCodeOf, gravest } from './exit-code';
import { renderError, usageError } from './failure';
import type { Invocation, Outcome } from './invocation';
import { ask, confirmed } from './prompt';
import { counted } from './render/format';
import { renderDocumentError, renderPlan, renderRun } from './render/run-document';
import { lookOf, write } from './terminal';
import type { Session } from './with-engine';

export interface RunWish {
  /** --yes */
  readonly accepted: boolean;
  /** --retry-failed */
  readonly retryFailed: boolean;
  readonly request: RunRequest;
}

/**
 * `run`: with --yes at once; else the plan is shown and a person is asked; where nobody can be asked the plan is all there is.
 * @throws SyncError CANCELLED when the answer is no
 */
export async function runDatasets(invocation: Invocation, session: Session, wish: RunWish): Promise<Outcome> {
  const { signal } = invocation;
  if (!wish.retryFailed) return planAskRun(invocation, session, wish);
  if (!wish.accepted && (invocation.json || !invocation.terminal.interactive)) {
    throw usageError(
      '--retry-failed changes the queue before the plan is made, and here nobody can be asked',
      'Give --yes, or leave --retry-failed out.',
    );
  }
  const confirm = wish.request.confirm ?? (await typedName(invocation, session));
  const confirmed = confirm === undefined ? {} : { confirm };
  const chosen = wish.request.datasets;
  // All means those that are defined here: the queue may hold jobs of others.
  const names = chosen.length > 0 ? chosen : await definedNames(session);
  for (const dataset of names) {
    if (signal.aborted) break;
    const filter = { status: ['failed'] as const, dataset };
    await session.untilCancelled(
      session.engine.retryJobs({ filter, expected: Number.MAX_SAFE_INTEGER - 1, ...confirmed }),
    );
  }
  return planAskRun(invocation, session, { ...wish, request: { ...wish.request, ...confirmed } });
}

async function definedNames({ engine, untilCancelled }: Session): Promise<string[]> {
  return (await untilCancelled(engine.status({ datasets: [] }))).datasets.map(({ name }) => name);
}

async function planAskRun(invocation: Invocation, session: Session, wish: RunWish): Promise<Outcome> {
  const { signal } = invocation;
  if (wish.accepted) return run(invocation, session, wish.request);

  const stored = wish.request.plan;
  const approval = approvalOf(wish.request);
  const plan =
    stored === undefined
      ? await session.engine.plan({ ...approval, datasets: wish.request.datasets, mode: wish.request.mode, signal })
      : await session.untilCancelled(session.engine.storedPlan(stored, approval));
  session.clearProgress();
  if (!plan.ok || invocation.json || !invocation.terminal.interactive) return planOnly(invocation, session, plan);

  await write(invocation.terminal.out, `${renderPlan(plan, session.environment.name, invocation.look())}\n`);
  const agreed = await confirmed(invocation.terminal, question(plan, session.environment.name), signal);
  if (!agreed) {
    const kept = plan.id === null ? {} : { hint: `The plan is kept for one hour: astro-sync run --plan ${plan.id}` };
    throw new SyncError('CANCELLED', 'Not accepted; nothing was done', kept);
  }
  return run(invocation, session, { ...wish.request, ...(plan.id === null ? {} : { plan: plan.id }) });
}

async function run(invocation: Invocation, session: Session, request: RunRequest): Promise<Outcome> {
  const confirm = request.confirm ?? (await typedName(invocation, session));
  const done = await session.engine.run({
    ...request,
    signal: invocation.signal,
    ...(confirm === undefined ? {} : { confirm }),
  });
  return {
    document: done,
    text: (look) => renderRun(done, look),
    problem: (look) => renderDocumentError(done, look),
    exitCode: exitCodeOf('run', done),
  };
}

/** Production wants its name typed; where nobody can type, --confirm gives it, or the engine refuses. */
async function typedName(
  { terminal, json, signal }: Invocation,
  { environment }: Session,
): Promise<string | undefined> {
  if (environment.level !== 'production' || json || !terminal.interactive) return undefined;
  const text = `${environment.name} is production. Type its name to go on: `;
  return (await ask(terminal, { text, signal })).trim();
}

function planOnly({ terminal, options }: Invocation, { environment }: Session, plan: RunDocument): Outcome {
  const error: ErrorDocument = plan.error ?? {
    code: 'USAGE',
    message: 'Planned, not run: without --yes a run asks first, and here nobody can be asked',
    hint: plan.id === null ? 'Give --yes.' : `astro-sync run --plan ${plan.id} --yes executes this plan.`,
  };
  const look = lookOf(terminal.err, terminal.environment, options.color);
  return {
    document: { ...plan, ok: false, error },
    text: (outLook) => renderPlan(plan, environment.name, outLook),
    problem: () => (plan.error === null ? renderError(error, look) : renderDocumentError(plan, look)),
    exitCode: gravest([exitCodeOf('plan', plan), exitCode.usage]),
  };
}

/** What is approved on the command line: the plan that is shown counts under it. */
function approvalOf({ approveDeletes, allowEmptySource }: RunRequest): Approval {
  return {
    ...(approveDeletes === undefined ? {} : { approveDeletes }),
    ...(allowEmptySource === undefined ? {} : { allowEmptySource }),
  };
}

function question(plan: RunDocument, environment: string): string {
  const planned = plan.datasets.reduce((sum, dataset) => sum + dataset.inserted + dataset.updated + dataset.deleted, 0);
  const deletes = plan.datasets.reduce((sum, dataset) => sum + dataset.deleted, 0);
  const withheld = plan.datasets.reduce((sum, dataset) => sum + dataset.withheld, 0);
  const held = withheld === 0 ? '' : `; ${counted(withheld, 'delete')} will be withheld`;
  if (planned === 0) return `Nothing to change in ${environment}${held}. Run and verify anyway?`;
  const ofThem = deletes === 0 ? '' : `, ${counted(deletes, 'delete')} among them`;
  return `Apply ${counted(planned, 'change')} to ${environment}${ofThem}${held}?`;
}
