import { setTimeout as pause } from 'node:timers/promises';
import type { Settings } from '../../../shared/contract/settings';
import { SyncError } from '../../engine/errors';
import { blockedPorts } from './blocked-ports';
import type { SentAlert } from './compose';

/** How it went to send an alert; its words never hold the address, which is a secret. */
export interface WebhookOutcome {
  readonly delivered: boolean;
  readonly status: number | null;
  readonly attempts: number;
  readonly detail: string;
}

/** Pauses between tries double from here. */
const firstPauseMs = 500;

/**
 * Refuses an address that alerts must not be sent to: anything but https, since the address itself lets anybody post there; http
 * only to this computer.
 * @throws SyncError SETTING_INVALID
 */
export function assertWebhookAddress(address: string): void {
  const invalid = (message: string): SyncError =>
    new SyncError('SETTING_INVALID', message, { hint: 'Give an address such as https://hooks.example.com/….' });
  if (!URL.canParse(address)) throw invalid('That is no address');
  const { protocol, hostname, port, username, password } = new URL(address);
  if (username !== '' || password !== '') throw invalid('An address with a login in it cannot be posted to');
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) {
    throw invalid('Alerts are sent over https; http is taken for this computer alone');
  }
  if (port !== '' && blockedPorts.has(Number(port))) throw invalid(neverCalled(port));
}

/**
 * Posts an alert. Tries again after a lost connection, a time-out, 408, 429 and 5xx; any other answer is final. Never throws.
 * @param signal gives it up
 */
export async function sendWebhook(
  address: string,
  alert: SentAlert,
  { format, timeout_s: timeout, attempts }: Settings['webhook'],
  signal?: AbortSignal,
): Promise<WebhookOutcome> {
  const body = JSON.stringify(format === 'slack' ? slackMessage(alert) : alert);
  for (let attempt = 1; ; attempt += 1) {
    const { status, detail, final } = await post(address, body, timeout * 1000, signal);
    const delivered = status !== null && status >= 200 && status < 300;
    if (delivered || final || attempt >= attempts || signal?.aborted === true)
      return { delivered, status, attempts: attempt, detail };
    await pause(firstPauseMs * 2 ** (attempt - 1), null, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

async function post(
  address: string,
  body: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly status: number | null; readonly detail: string; readonly final: boolean }> {
  // Held here until it is over: a signal of AbortSignal.timeout that only another signal refers to may be collected, and never comes.
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new DOMException('The receiver did not answer in time', 'TimeoutError'));
  }, timeoutMs);
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'astro-sync' },
      body,
      // An address that sends elsewhere would hand the alert, and its own secret, to whomever it names.
      redirect: 'manual',
      signal: AbortSignal.any([limit.signal, ...(signal === undefined ? [] : [signal])]),
    });
    await answer.body?.cancel();
    const { status } = answer;
    return { status, detail: `The receiver answered ${String(status)}.`, final: !mayPass(status) };
  } catch (error) {
    if (isBlocked(error)) return { status: null, detail: `${neverCalled(new URL(address).port)}.`, final: true };
    return { status: null, detail: reasonOf(error, timeoutMs), final: false };
  } finally {
    clearTimeout(timer);
  }
}

function neverCalled(port: string): string {
  return `Port ${port} is one that is never called, since it belongs to another protocol`;
}

/** Whether fetch itself refused the port, as of an address that was given before that was looked at. */
function isBlocked(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && error.cause.message === 'bad port';
}

function mayPass(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `The receiver did not answer within ${String(timeoutMs / 1000)} s.`;
  }
  const cause: unknown = error instanceof Error ? error.cause : null;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown reason';
  return `The receiver could not be reached (${code}).`;
}

/** Slack's incoming webhooks; & < > are its markup. */
function slackMessage({ title, body }: SentAlert): { readonly text: string } {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { text: `*${escaped(title)}*\n${escaped(body)}` };
}
