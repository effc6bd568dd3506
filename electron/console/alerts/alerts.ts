import { setTimeout as pause } from 'node:timers/promises';
import type { Alert } from '../../../shared/contract/alert';
import type { Task } from '../../../shared/contract/task';
import type { Hub } from '../events/hub';
import { failureOf } from '../failure';
import type { SecretStore } from '../secrets/secret-store';
import type { SettingsStore } from '../stores/settings';
import { alertOfOthers, alertOfStall, alertOfTask, testAlert, testMessage } from './compose';
import type { OthersReason, OthersRun, Stall } from './compose';
import { createDigest } from './digest';
import type { Inbox } from './inbox';
import type { NoticeOutcome } from './notice';
import { isQuiet, isWanted } from './rules';
import { sendWebhook } from './webhook';
import type { WebhookOutcome } from './webhook';

/** Under this name the address of the webhook is kept with the secrets. */
export const webhookSecret = 'webhook';

/** Tells people of runs that need them: in the inbox, by a notice of the system, by a webhook. */
export interface Alerts {
  /** Runs of an environment that others ran and that ended so, newest first: one alert for all of them. */
  ofOthers(reason: OthersReason, runs: readonly OthersRun[], environment: string): void;
  /** A run of others that shows no sign of life. */
  ofStall(stall: Stall): void;
  testNotice(): Promise<NoticeOutcome>;
  testWebhook(address: string): Promise<WebhookOutcome>;
  /** Shows and sends what still waits, and gives that a few seconds: a host that ends would take it along. */
  close(): Promise<void>;
}

/** How long notices and webhooks that are on their way may take when the console ends. */
const closeMs = 3000;

interface AlertsOptions {
  readonly hub: Hub;
  readonly inbox: Inbox;
  readonly settings: SettingsStore;
  readonly secrets: SecretStore;
  /** The work of this host that became that run. */
  readonly taskOf: (run: string) => Task | undefined;
  readonly notice: (alert: Alert) => Promise<NoticeOutcome>;
}

export function createAlerts(options: AlertsOptions): Alerts {
  const { hub, inbox, settings, secrets, notice } = options;

  const ended = new AbortController();
  const onTheirWay = new Set<Promise<unknown>>();

  const follow = (work: Promise<unknown>): void => {
    const followed = work
      .catch((error: unknown) => {
        log(hub, `An alert could not be shown or sent: ${failureOf(error).message}`);
      })
      .finally(() => onTheirWay.delete(followed));
    onTheirWay.add(followed);
  };
  const show = (alert: Alert): void => {
    if (settings.get().alerts.enabled) follow(notice(alert));
    follow(post(alert));
  };
  const post = async (alert: Alert): Promise<void> => {
    const { webhook } = settings.get();
    const address = webhook.enabled ? await secrets.get(webhookSecret) : null;
    if (address === null) return;
    const { delivered, detail } = await sendWebhook(address, alert, webhook, ended.signal);
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
      // Runs of others are told of by whoever follows them, who knows more of them.
      if (task === undefined) return;
      const { environment, kind, datasets } = task;
      raise(alertOfStall({ environment, kind, datasets, run: event.run, who: null, since: event.since }));
    }
  });

  return {
    ofOthers(reason, runs, environment) {
      const alert = alertOfOthers(reason, runs, environment);
      if (alert !== null) raise(alert);
    },
    ofStall(stall) {
      raise(alertOfStall(stall));
    },
    testNotice: () => notice(testAlert()),
    testWebhook: (address) => sendWebhook(address, testMessage(), settings.get().webhook),
    async close() {
      digest.close();
      await Promise.race([Promise.all(onTheirWay), pause(closeMs, null, { ref: false })]);
      ended.abort();
    },
  };
}

function log(hub: Hub, message: string): void {
  hub.publish({ type: 'log', run: null, dataset: null, level: 'warn', message, at: new Date().toISOString() });
}
