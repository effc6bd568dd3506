import type { RunSummary } from '../../../shared/engine/reports';
import type { Engine } from '../../engine/operate/api';
import type { EngineSession } from '../engine/engine-session';
import type { Alerts } from './alerts';
import type { Inbox } from './inbox';

const dayMs = 86_400_000;

/** How long a run may have worked before it failed, for it to be found all the same; how far back interrupted ones are looked for. */
const longestMs = 7 * dayMs;
const atMost = 500;
/** So many runs are read with their datasets; what is told of more names those of the whole runs. */
const inFullAtMost = 10;

/** The history of an environment, and who is told of it. */
export interface History {
  readonly engine: Engine;
  readonly environment: string;
  /** Where that history is kept: two environments may have one name, two histories are never at one place. */
  readonly place: string;
  readonly inbox: Inbox;
  readonly alerts: Alerts;
  /** Whether a run is work of this console, which tells of it itself. */
  readonly isOwn: (run: string) => boolean;
}

/** @param databases of an environment that is open */
export function placeOf(environment: string, databases: EngineSession['opened']['databases']): string {
  return `${environment}: ${databases.find(({ system }) => system)?.label ?? ''}`;
}

/**
 * Raises alerts of what others ran (cron, another console) and nobody was told of here: what failed or left something over since
 * this console last saw the history, and runs whose process is gone. Throws where it cannot be read now.
 */
export async function lookAtHistory({ engine, environment, place, inbox, alerts, isOwn }: History): Promise<void> {
  const runsOf = async (status: readonly RunSummary['status'][], last: number): Promise<readonly RunSummary[]> => {
    const since = new Date(last - longestMs).toISOString();
    const runs = await engine.runs({ status, kind: ['run', 'verify'], since, limit: atMost });
    return runs.filter(({ id }) => !isOwn(id));
  };
  const seen = inbox.seen(place);
  const ended = await runsOf(['failed', 'partial'], seen === null ? Date.now() : Date.parse(seen));
  const interrupted = await runsOf(['interrupted'], Date.now());
  const news = new Set([...inbox.newSince(place, ended), ...inbox.newlyTold(interrupted.map(({ id }) => id))]);
  const found = [...ended, ...interrupted].filter(({ id }) => news.has(id));
  const inFull = await Promise.all(
    // That they happened is told also where more cannot be read.
    found.slice(0, inFullAtMost).map(({ id }) => engine.runDetail(id).catch(() => null)),
  );
  const told = found.map((run, index) => ({ run, parts: partsOf(inFull[index]?.datasets ?? null) }));
  for (const reason of ['failed', 'partial', 'interrupted'] as const) {
    const runs = told.filter(({ run }) => run.status === reason);
    alerts.ofOthers(reason, runs, environment);
  }
}

type RunDatasets = Awaited<ReturnType<Engine['runDetail']>>['datasets'];

function partsOf(datasets: RunDatasets | null) {
  return (
    datasets?.map(({ name, counts, differences, in_flight: inFlight, error }) => ({
      name,
      ...counts,
      differences,
      in_flight: inFlight ?? 0,
      error,
    })) ?? null
  );
}
