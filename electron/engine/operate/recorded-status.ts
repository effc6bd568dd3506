import type { Client } from 'pg';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { CaptureState } from '../capture/state';
import type { ResolvedDataset } from '../dataset/resolved';
import { pendingGap } from '../queue/claim';
import { countFailedEntities } from '../queue/failed-jobs';
import { captureRenewed } from '../queue/gap-jobs';
import { countGivenUp } from '../queue/given-up';
import { readRelayState } from '../queue/relay-state';
import { readCheckpoint } from '../run/checkpoint';
import { baselineOf } from '../run/mode';
import { driftOf } from '../run/stage-sources';
import { checkpointTarget } from '../run/target-name';
import { withheldBy } from '../run/withheld-gap';
import { lastRunOf } from '../system/last-run';
import { lastVerification } from './last-verification';

/** The rows of so many jobs are counted each time that somebody looks: about 50 ms. */
const mostToGroup = 50_000;

/** True where the next relay will find another capture of the dataset than the last one did. */
async function wasRenewed(system: Client, dataset: string, state: CaptureState | null): Promise<boolean> {
  const installed = state?.installations[dataset];
  const captureId = state?.captureId ?? null;
  if (installed === undefined || captureId === null) return false;
  const relayed = await readRelayState(system, captureId);
  return relayed?.installations[dataset] !== installed;
}

/** What SystemDB knows of a dataset. @param state of its source, guard of the database that its target is captured in */
export async function recordedStatus(
  system: Client,
  { name, source }: DatasetDefinition,
  resolved: ResolvedDataset | null,
  state: CaptureState | null,
  guard: CaptureState | null,
) {
  const checkpoint = resolved === null ? null : await readCheckpoint(system, name, checkpointTarget(resolved));
  const hasBaseline = (checkpoint?.baselineRun ?? null) !== null;
  const changed =
    hasBaseline && resolved !== null && checkpoint?.fingerprint !== resolved.fingerprint
      ? 'its definition or a table changed since the last full run'
      : null;
  const renewed =
    hasBaseline && ((await wasRenewed(system, name, state)) || (await wasRenewed(system, name, guard)))
      ? captureRenewed
      : null;
  const driftIn = (capture: CaptureState | null): string | null =>
    hasBaseline && resolved !== null && capture !== null ? driftOf(resolved, capture) : null;
  const drifted = driftIn(state) ?? driftIn(guard);
  const gap = checkpoint?.gapReason ?? (await pendingGap(system, name)) ?? drifted ?? changed ?? renewed;
  const { rows } = await system.query<{ backlog: number; withheld: number; oldest: string | null }>(
    `SELECT count(*)::int AS backlog, (count(*) FILTER (WHERE run_id IS NOT NULL))::int AS withheld,
       to_char(min(created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS oldest
     FROM astro_sync.job_queue WHERE dataset = $1 AND status = 'pending'`,
    [name],
  );
  const failed = await countFailedEntities(system, name);
  const differences = checkpoint?.differences ?? null;
  const givenUp = await countGivenUp(system, name, checkpoint?.lastVerifiedAt ?? null);
  // What was skipped may have been among the differences before.
  const known = Math.max(differences ?? 0, failed + givenUp);
  return {
    baseline: baselineOf({ stream: 'stream' in source, baseline: hasBaseline, gap }),
    gap_reason: gap,
    gap_closed_by: gap === null ? null : 'stream' in source ? ('acknowledgement' as const) : ('full_run' as const),
    backlog: rows[0]?.backlog ?? 0,
    backlog_rows: await rowsOfBacklog(system, name, rows[0]?.backlog ?? 0),
    oldest_pending_at: rows[0]?.oldest ?? null,
    withheld: rows[0]?.withheld ?? 0,
    withheld_by: withheldBy(gap),
    failed,
    last_run: await lastRunOf(system, name),
    last_verified_at: checkpoint?.lastVerifiedAt ?? null,
    last_verification: await lastVerification(system, name, checkpoint),
    differences: known === 0 ? differences : known,
    given_up: givenUp,
    // Those whose change was settled since are so no more.
    in_flight: Math.min(checkpoint?.inFlight ?? 0, rows[0]?.backlog ?? 0),
  };
}

/** How many entities the pending jobs of a dataset are of, several changes of one counted once; null where they are too many. */
async function rowsOfBacklog(system: Client, dataset: string, backlog: number): Promise<number | null> {
  if (backlog === 0 || backlog > mostToGroup) return backlog === 0 ? 0 : null;
  const { rows } = await system.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT FROM astro_sync.job_queue WHERE dataset = $1 AND status = 'pending' AND NOT gap GROUP BY entity) entities`,
    [dataset],
  );
  return rows[0]?.count ?? 0;
}
