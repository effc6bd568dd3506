import type { RunDetail } from '../../../shared/engine/reports';
import { isOver } from '../../../shared/contract/follow-runs';
import type { Engine } from '../../engine/operate/api';
import type { RunsLately } from '../../engine/system/runs-lately';
import type { Hub } from '../events/hub';
import type { LatelyReader, Reading } from '../session/lately';
import { followRecord } from './follow-record';
import type { FollowedRecord } from './follow-record';

/** More runs at once than this are seen in the history alone. */
const atMost = 10;

export interface OthersOptions {
  readonly hub: Hub;
  /** Asks the history of the open environment, for others too. */
  readonly reader: LatelyReader;
  /** When the environment was opened that is open now. */
  readonly openedAt: () => string | null;
  /** Whether a run is work of this console, which tells of it itself. */
  readonly isOwn: (run: string) => boolean;
}

/**
 * Runs of other programs on the open environment (a terminal, cron, another console) come to the pages by the same events as those of
 * this one: their records in SystemDB are looked at again and again, for as long as any page is there to hear of them; of those that
 * began and ended between two looks, the last is told of, from which pages know that there is news. That they stand still, and how
 * they ended, is told by who watches the history.
 */
export function showOthers({ hub, reader, openedAt, isOwn }: OthersOptions): void {
  let followed = new Map<string, FollowedRecord>();
  let place: string | null = null;
  /** The run that began last when pages were last told: one that began since may have ended before it was seen at work. */
  let newest: string | null | undefined;

  const look = async ({ opened, engine, lately }: Reading): Promise<void> => {
    if (opened.opened_at !== place) {
      followed = new Map();
      newest = undefined;
    }
    place = opened.opened_at;
    if (newest === undefined) newest = lately.newest;
    if (!hub.isHeard()) return;
    const before = new Set(followed.keys());
    if (lately.newest !== null && lately.newest !== newest) before.add(lately.newest);
    const details = await readRecords(engine, lately, before, isOwn);
    // What was read of an environment that is closed by now is nobody's news.
    if (openedAt() !== place) return;
    for (const detail of details) {
      const { id } = detail.run;
      const record = followed.get(id) ?? followRecord(id);
      if (isOver(detail.run)) followed.delete(id);
      else followed.set(id, record);
      if (isOwn(id)) followed.delete(id);
      else for (const event of record.news(detail)) hub.publish(event);
    }
    newest = lately.newest;
  };
  reader.onReading(look);
}

/** The records of others' runs under way, of those that were when they were last looked at, and of one that may have ended since. */
async function readRecords(
  engine: Engine,
  { active }: RunsLately,
  before: ReadonlySet<string>,
  isOwn: (run: string) => boolean,
): Promise<readonly RunDetail[]> {
  const ids = new Set([...before, ...active.slice(-atMost).map(({ id }) => id)]);
  const details: RunDetail[] = [];
  for (const id of ids) if (!isOwn(id)) details.push(await engine.runDetail(id));
  return details;
}
