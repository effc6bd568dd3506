import type { Alert } from '../../../shared/contract/alert';
import { named } from './compose';

const minute = 60_000;

/** Alerts of different runs that are shown one by one within a minute; what comes beyond is put together. */
const oneByOne = 3;

/**
 * Passes alerts on without a storm: at most one for a run in a minute, and after some at once the rest as one digest. None is lost:
 * what is too early waits, and of a run it is the last word that waits.
 */
export interface Digest {
  add(alert: Alert): void;
  /** Shows at once what still waits: nobody would hear of it later. */
  close(): void;
}

/** @param show gets an alert, or one that stands for several */
export function createDigest(show: (alert: Alert) => void): Digest {
  /** By run: when it was last told of. */
  const toldAt = new Map<string, number>();
  let recent: number[] = [];
  const waiting = new Map<string, Alert>();
  let timer: NodeJS.Timeout | null = null;

  const runFreeAt = ({ run }: Alert): number => (run === null ? 0 : (toldAt.get(run) ?? -minute) + minute);
  const roomAt = (): number => (recent.length < oneByOne ? 0 : (recent[0] ?? 0) + minute);
  const tell = (alerts: readonly Alert[], at: number): void => {
    const [first] = alerts;
    if (first === undefined) return;
    recent.push(at);
    for (const { run } of alerts) if (run !== null) toldAt.set(run, at);
    show(alerts.length === 1 ? first : together(alerts, first));
  };
  const wait = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.size === 0) return;
    const due = Math.max(roomAt(), Math.min(...[...waiting.values()].map(runFreeAt)));
    timer = setTimeout(look, Math.max(0, due - Date.now()));
    timer.unref();
  };
  const forgetOld = (at: number): void => {
    recent = recent.filter((time) => at - time < minute);
    for (const [run, time] of toldAt) if (at - time >= minute) toldAt.delete(run);
  };
  const look = (): void => {
    const at = Date.now();
    forgetOld(at);
    if (roomAt() <= at) {
      const due = [...waiting].filter(([, alert]) => runFreeAt(alert) <= at);
      for (const [key] of due) waiting.delete(key);
      tell(
        due.map(([, alert]) => alert),
        at,
      );
    }
    wait();
  };
  return {
    add(alert) {
      const at = Date.now();
      forgetOld(at);
      const key = alert.run ?? alert.id;
      if (!waiting.has(key) && Math.max(roomAt(), runFreeAt(alert)) <= at) {
        tell([alert], at);
        return;
      }
      waiting.set(key, alert);
      wait();
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      const alerts = [...waiting.values()];
      waiting.clear();
      tell(alerts, Date.now());
    },
  };
}

function together(alerts: readonly Alert[], first: Alert): Alert {
  const environments = [...new Set(alerts.map(({ environment }) => environment))];
  const datasets = [...new Set(alerts.flatMap((alert) => alert.datasets))];
  const reasons = [...new Set(alerts.map(({ reason }) => reason))];
  const counts = reasons.map((reason) => `${String(alerts.filter((each) => each.reason === reason).length)} ${reason}`);
  return {
    ...first,
    run: null,
    datasets,
    title: `${named(environments)}: ${String(alerts.length)} runs need a look`,
    body: datasets.length === 0 ? counts.join(', ') : `${counts.join(', ')}: ${named(datasets)}`,
  };
}
