import type { ActiveRun } from '../../engine/system/runs-lately';

interface Followed {
  readonly moved: string;
  readonly since: number;
  told: boolean;
}

/** What changed with a run of others: it stands still since then, or moves again. */
export interface StallChange {
  readonly run: ActiveRun;
  /** null: it moves again, or has ended. */
  readonly since: number | null;
}

/**
 * Follows runs of others by what the history shows of them.
 * @returns takes those that are under way now, and gives of which there is something to tell
 */
export function followOthers(
  stallSeconds: () => number,
): (active: readonly ActiveRun[], now: number) => readonly StallChange[] {
  let followed = new Map<string, Followed & { readonly run: ActiveRun }>();
  return (active, now) => {
    const changes: StallChange[] = [];
    const next = new Map<string, Followed & { readonly run: ActiveRun }>();
    for (const run of active) {
      const before = followed.get(run.id);
      const state = before?.moved === run.moved ? before : { run, moved: run.moved, since: now, told: false };
      if (before?.told === true && before !== state) changes.push({ run, since: null });
      if (!state.told && now - state.since >= stallSeconds() * 1000) {
        state.told = true;
        changes.push({ run, since: state.since });
      }
      next.set(run.id, state);
    }
    for (const { run, told } of followed.values()) if (told && !next.has(run.id)) changes.push({ run, since: null });
    followed = next;
    return changes;
  };
}
