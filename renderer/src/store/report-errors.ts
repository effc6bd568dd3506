import type { InputOf } from '../../../shared/contract/contract';
import { call } from '../wire/call';
import { failureOf } from '../wire/call-error';
import { toast } from './toasts';

type Report = InputOf<'app.reportError'>;

/** As much of an error as the contract takes. */
const longest = { message: 2000, stack: 8000, place: 200 } as const;

/** The host is told of so many within a minute: a fault may come again at each frame. */
const atMost = 20;
const minute = 60_000;
let told: number[] = [];

/** What browsers say of sizes that are seen to a frame later; nothing is wrong. */
const harmless = 'ResizeObserver loop';

/**
 * Has an error of this page written into the log of its host. Where it is lies in the page is said without what was filtered for.
 * @param stack where it came from, where the error itself does not say
 * @returns false where it was told enough for now
 */
export function reportError(kind: Report['kind'], thrown: unknown, stack?: string | null): boolean {
  const now = Date.now();
  told = told.filter((at) => now - at < minute);
  if (told.length >= atMost) return false;
  told.push(now);
  const { code, message } = failureOf(thrown);
  const own = thrown instanceof Error ? (thrown.stack ?? null) : null;
  const from = [own, stack].filter((each) => typeof each === 'string').join('\n');
  const report: Report = {
    kind,
    message: bounded(code === 'INTERNAL' ? message : `${code}: ${message}`, longest.message),
    stack: from === '' ? null : bounded(from, longest.stack),
    place: bounded(window.location.hash.split('?', 1)[0] ?? '', longest.place),
  };
  // A host that cannot be reached hears nothing; the user has been told.
  call('app.reportError', report).catch(() => undefined);
  return true;
}

/** Tells the user and the host of errors that nobody caught. Called once, when the page starts. */
export function watchErrors(): void {
  window.addEventListener('error', ({ error, message }: ErrorEvent) => {
    if (!message.startsWith(harmless)) tell('error', error ?? message);
  });
  window.addEventListener('unhandledrejection', ({ reason }) => {
    tell('rejection', reason);
  });
}

function tell(kind: Report['kind'], thrown: unknown): void {
  if (!reportError(kind, thrown)) return;
  toast({
    tone: 'bad',
    title: 'Something went wrong in this page',
    detail: `${failureOf(thrown).message} It stands in the log. If this comes again, load the page again or send the support bundle.`,
    apart: true,
  });
}

/** Nothing that a host refuses: neither too long nor with the character that no text may hold. */
function bounded(text: string, length: number): string {
  return text.replaceAll('\0', ' ').slice(0, length);
}
