import type { RunDetail } from '../../../shared/engine/reports';
import { isOver } from '../../../shared/contract/follow-runs';
import type { Engine } from '../../engine/operate/api';
import type { Hub } from '../events/hub';
import type { SessionHolder } from '../session/session';
import { followRecord } from './follow-record';
import type { FollowedRecord } from './follow-record';

/** How long until the next look: while others' runs are under way, and while none is known. */
const lookEveryMs = 1000;
const searchEveryMs = 2000;
/** More runs at once than this are seen in the history alone. */
const atMost = 10;

export interface OthersOptions {
  readonly hub: Hub;
  readonly session: SessionHolder;
  /** Whether a run is work of this console, which tells of it itself. */
  readonly isOwn: (run: string) => boolean;
}

/**
 * Runs of other programs on the open environment (a terminal, cron, another console) come to the pages by the same events as those of
 * this one: their records in SystemDB are looked at again and again, for as long as any page is there to hear of them. That they stand
 * still, and how they ended, is told by who watches the history.
 * @returns ends it
 */
export function showOthers({ hub, session, isOwn }: OthersOptions): () => void {
  let followed = new Map<string, FollowedRecord>();
  let place: string | null = null;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    const opened = session.current()?.opened_at ?? null;
    if (opened !== place) followed = new Map();
    place = opened;
    if (opened === null || !hub.isHeard()) return;
    const engine = session.engine(() => undefined);
    const details = await readRecords(engine, new Set(followed.keys()), isOwn);
    // What was read of an environment that is closed by now is nobody's news.
    if (ended || session.current()?.opened_at !== opened) return;
    for (const detail of details) {
      const { id } = detail.run;
      const record = followed.get(id) ?? followRecord(id);
      if (isOver(detail.run)) followed.delete(id);
      else followed.set(id, record);
      if (isOwn(id)) followed.delete(id);
      else for (const event of record.news(detail)) hub.publish(event);
    }
  };
  const again = (): void => {
    if (ended) return;
    timer = setTimeout(
      () => {
        // What cannot be read now (nothing is installed, a server is away) is looked for again.
        void look()
          .catch(() => undefined)
          .then(again);
      },
      followed.size > 0 ? lookEveryMs : searchEveryMs,
    );
    timer.unref();
  };
  again();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** The records of others' runs under way, and of those that were when they were last looked at. */
async function readRecords(
  engine: Engine,
  before: ReadonlySet<string>,
  isOwn: (run: string) => boolean,
): Promise<readonly RunDetail[]> {
  const { active } = await engine.lately();
  const ids = new Set([...before, ...active.slice(-atMost).map(({ id }) => id)]);
  const details: RunDetail[] = [];
  for (const id of ids) if (!isOwn(id)) details.push(await engine.runDetail(id));
  return details;
}
