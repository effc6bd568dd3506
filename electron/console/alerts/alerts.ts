import { randomUUID } from 'node:crypto';
import type { Alert } from '../../../shared/contract/alert';
import type { Session } from '../../../shared/contract/methods/session';
import type { Task } from '../../../shared/contract/task';
import type { RunSummary } from '../../../shared/engine/reports';
import type { Hub } from '../events/hub';
import { failureOf } from '../failure';
import type { SecretStore } from '../secrets/secret-store';
import type { SettingsStore } from '../stores/settings';
import { createDigest } from './digest';
import type { Inbox } from './inbox';
import type { NoticeOutcome } from './notice';
import { areWithheld, leftOver } from './left-over';
import { isQuiet, isWanted } from './rules';
import { sendWebhook } from './webhook';
import type { WebhookOutcome } from './webhook';

/** Under this name the address of the webhook is kept with the secrets. */
export const webhookSecret = 'webhook';

/** Tells people of runs that need them: in the inbox, by a notice of the system, by a webhook. */
export interface Alerts {
  /** Runs of an environment that others ran and that ended so, newest first: one alert for all of them. */
  ofOthers(reason: OthersReason, runs: readonly RunSummary[], environment: string): void;
  testNotice(): Promise<NoticeOutcome>;
  testWebhook(address: string): Promise<WebhookOutcome>;
  close(): void;
}

type OthersReason = 'failed' | 'partial' | 'interrupted';

interface AlertsOptions {
  readonly hub: Hub;
  readonly inbox: Inbox;
  readonly settings: SettingsStore;
  readonly secrets: SecretStore;
  readonly session: () => Session | null;
  /** The work of this host that became that run. */
  readonly taskOf: (run: string) => Task | undefined;
  readonly notice: (alert: Alert) => Promise<NoticeOutcome>;
}

export function createAlerts(options: AlertsOptions): Alerts {
  const { hub, inbox, settings, secrets, notice } = options;

  const show = (alert: Alert): void => {
    const failed = (error: unknown): void => {
      log(hub, `An alert could not be shown or sent: ${failureOf(error).message}`);
    };
    if (settings.get().alerts.enabled) notice(alert).catch(failed);
    post(alert).catch(failed);
  };
  const post = async (alert: Alert): Promise<void> => {
    const { webhook } = settings.get();
    const address = webhook.enabled ? await secrets.get(webhookSecret) : null;
    if (address === null) return;
    const { delivered, detail } = await sendWebhook(address, alert, webhook);
    if (!delivered) log(hub, `An alert could not be sent: ${detail}`);
  };
  const keep = (alert: Alert): void => {
    try {
      inbox.add(alert);
    } catch (error) {
      // A full disk: all the more people have to be told.
      log(hub, `An alert could not be kept in the inbox: ${failureOf(error).message}`);
    }
  };
  const digest = createDigest(show);
  const raise = (alert: Alert): void => {
    const rules = settings.get().alerts;
    if (!isWanted(alert, rules)) return;
    keep(alert);
    hub.publish({ type: 'alert', alert, unread: inbox.unread() });
    if (!isQuiet(rules, new Date())) digest.add(alert);
  };

  hub.onPublish((event) => {
    if (event.type === 'task') {
      const alert = alertOfTask(event.task);
      if (alert === null) return;
      raise(alert);
      // Found in the history later (by another console, or interrupted after all), it would be told of twice.
      if (alert.run !== null && alert.reason !== 'succeeded') inbox.newlyTold([alert.run]);
    } else if (event.type === 'stall' && event.since !== null) {
      const task = options.taskOf(event.run);
      const environment = task?.environment ?? options.session()?.environment.name ?? '';
      raise(
        alertOf('stalled', environment, event.run, task?.datasets ?? [], `No progress since ${timeOf(event.since)}`),
      );
    }
  });

  return {
    ofOthers(reason, runs, environment) {
      const [last] = runs;
      if (last === undefined) return;
      const { id, kind, operator, host, error, counts } = last;
      const left = leftOver({ datasets: [counts] });
      const what =
        reason === 'interrupted'
          ? 'its process ended in the middle'
          : (error?.message ?? left ?? `it ${words[reason]}`);
      const datasets = [...new Set(runs.flatMap((run) => run.datasets))];
      const about = `${operator} on ${host}: ${what}`;
      if (runs.length === 1) raise(alertOf(reason, environment, id, datasets, about, kind));
      else {
        const title = `${environment}: ${String(runs.length)} runs ${manyWords[reason]}`;
        raise({ ...alertOf(reason, environment, null, datasets, `The last one was of ${about}`), title });
      }
    },
    testNotice: () => notice(testAlert()),
    testWebhook: (address) => sendWebhook(address, testAlert(), settings.get().webhook),
    close() {
      digest.close();
    },
  };
}

const words: Readonly<Record<Alert['reason'], string>> = {
  failed: 'failed',
  partial: 'left something over',
  interrupted: 'was interrupted',
  stalled: 'makes no progress',
  cancelled: 'was cancelled',
  succeeded: 'succeeded',
};

const manyWords: Readonly<Record<OthersReason, string>> = {
  failed: 'failed',
  partial: 'left something over',
  interrupted: 'were interrupted',
};

/** A run or verification that has ended; null for anything else. */
function alertOfTask(task: Task): Alert | null {
  if (task.state === 'working' || (task.kind !== 'run' && task.kind !== 'verify')) return null;
  const { document, environment, datasets, run, kind } = task;
  const error = task.error ?? document?.error ?? null;
  // The engine was lost with the run in the middle: there is no document of it.
  const crashed = document === null && task.error?.code === 'INTERNAL' && run !== null;
  // A verification is done where all that differs waits for somebody's approval, and yet that somebody has to know.
  const status =
    document !== null && document.status === 'succeeded' && areWithheld(document) ? 'partial' : document?.status;
  const reason = crashed ? 'interrupted' : (reasonOf(status) ?? 'failed');
  const left = document === null ? null : leftOver(document);
  const body = error?.message ?? (left === null ? `The ${kind} ${words[reason]}.` : `${left}.`);
  return alertOf(reason, environment, run, datasets, body, kind);
}

function reasonOf(status: string | undefined): Alert['reason'] | null {
  return status === 'succeeded' || status === 'partial' || status === 'cancelled' || status === 'interrupted'
    ? status
    : null;
}

function alertOf(
  reason: Alert['reason'],
  environment: string,
  run: string | null,
  datasets: readonly string[],
  body: string,
  kind: Task['kind'] = 'run',
): Alert {
  const [first = '', second] = datasets;
  const about = second === undefined ? first : `${String(datasets.length)} datasets`;
  const work = kind === 'verify' ? 'verification' : 'run';
  return {
    id: randomUUID(),
    at: new Date().toISOString(),
    environment,
    run,
    datasets: [...datasets],
    reason,
    title: `${environment}: ${work} of ${about} ${words[reason]}`,
    body: body.length > 500 ? `${body.slice(0, 499)}…` : body,
    read: false,
  };
}

function testAlert(): Alert {
  return {
    ...alertOf('failed', 'test', null, [], 'This is a test. Nothing has failed.'),
    title: 'Test of the AstroBookings Sync Console',
  };
}

function timeOf(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB');
}

function log(hub: Hub, message: string): void {
  hub.publish({ type: 'log', run: null, dataset: null, level: 'warn', message, at: new Date().toISOString() });
}
