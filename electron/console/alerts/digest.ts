import type { Alert } from '../../../shared/contract/alert';

const minute = 60_000;

/** Alerts of different runs that are shown one by one within a minute; what comes beyond is put together. */
const oneByOne = 3;

/** Passes alerts on without a storm: at most one for a run in a minute, and after some at once the rest as one digest. */
export interface Digest {
  add(alert: Alert): void;
  close(): void;
}

/** @param show gets an alert, or one that stands for several */
export function createDigest(show: (alert: Alert) => void, now: () => number = Date.now): Digest {
  const shownAt = new Map<string, number>();
  let recent: number[] = [];
  let waiting: Alert[] = [];
  let timer: NodeJS.Timeout | null = null;

  const flush = (): void => {
    timer = null;
    const alerts = waiting;
    waiting = [];
    const [first] = alerts;
    if (first === undefined) return;
    recent.push(now());
    show(alerts.length === 1 ? first : together(alerts, first));
  };
  return {
    add(alert) {
      const at = now();
      recent = recent.filter((time) => at - time < minute);
      for (const [run, time] of shownAt) if (at - time >= minute) shownAt.delete(run);
      if (alert.run !== null && shownAt.has(alert.run)) return;
      if (alert.run !== null) shownAt.set(alert.run, at);
      if (recent.length < oneByOne) {
        recent.push(at);
        show(alert);
        return;
      }
      waiting.push(alert);
      timer ??= setTimeout(flush, Math.max(0, (recent[0] ?? at) + minute - at));
      timer.unref();
    },
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function together(alerts: readonly Alert[], first: Alert): Alert {
  const environments = [...new Set(alerts.map(({ environment }) => environment))];
  const reasons = [...new Set(alerts.map(({ reason }) => reason))];
  const counts = reasons.map((reason) => `${String(alerts.filter((each) => each.reason === reason).length)} ${reason}`);
  return {
    ...first,
    run: null,
    datasets: [...new Set(alerts.flatMap(({ datasets }) => datasets))],
    title: `${environments.join(', ')}: ${String(alerts.length)} runs need a look`,
    body: counts.join(', '),
  };
}
