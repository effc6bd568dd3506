import type { ConsoleEvent } from '../../../shared/contract/events';
import type { Unreachable } from '../../../shared/contract/methods/session';
import { kindOfAlert } from '../format/run-kind';
import { go } from '../router/router';
import { call, wire } from '../wire/call';
import { onMisfit } from '../wire/check';
import { positionAfter, rememberedPosition, rememberPosition } from '../wire/position';
import { applyToActivity, noActivity, withTasks } from './activity';
import { useConsole } from './console-store';
import type { ConsoleState } from './console-store';
import { forgetAll, invalidate, readAgain } from './resource';
import { toast } from './toasts';

function isInView(run: string): boolean {
  return document.visibilityState === 'visible' && window.location.hash.startsWith(`#/runs/${run}`);
}

const ignore = (): void => undefined;

/** Reads what every page needs: what is open, how it looks, what is under way; then who hosts it and what is unread. */
async function readEverything(): Promise<void> {
  const set = useConsole.setState;
  // The answers come in any order; none waits for another.
  await Promise.all([
    call('session.current', {}).then(({ session, unreachable }) => set({ session, unreachable: outage(unreachable) })),
    call('settings.get', {}).then((settings) => set({ settings }), ignore),
    call('tasks.list', {}).then((tasks) => set(({ activity }) => ({ activity: withTasks(activity, tasks) })), ignore),
    call('app.info', {}).then((info) => set({ info }), ignore),
    call('alerts.list', {}).then(({ unread }) => set({ unread }), ignore),
  ]);
}

const outage = (found: Unreachable | null): ConsoleState['unreachable'] =>
  found === null ? null : { message: found.message, retryAt: found.retry_at };

async function readSession(): Promise<void> {
  const before = useConsole.getState().session;
  const { session, unreachable } = await call('session.current', {});
  // Where nothing was known yet, nothing on screen is of another environment.
  const changed = before !== undefined && before?.opened_at !== session?.opened_at;
  useConsole.setState({ session, unreachable: outage(unreachable), ...(changed ? { activity: noActivity } : {}) });
  if (changed) forgetAll();
  else invalidate('datasets.list', 'datasets.detail', 'datasets.file', 'environment.status');
  if (changed && session !== null) {
    const tasks = await call('tasks.list', {});
    useConsole.setState(({ activity }) => ({ activity: withTasks(activity, tasks) }));
  }
}

/** Several events in one moment lead to one reading. */
const later = new Map<string, ReturnType<typeof setTimeout>>();
function soon(name: string, milliseconds: number, what: () => void): void {
  if (later.has(name)) return;
  later.set(
    name,
    setTimeout(() => {
      later.delete(name);
      what();
    }, milliseconds),
  );
}

function apply(event: ConsoleEvent): void {
  const { activity } = useConsole.getState();
  const next = applyToActivity(activity, event);
  if (next !== activity) useConsole.setState({ activity: next });
  switch (event.type) {
    case 'status':
    case 'task':
      soon('work', 250, () => {
        invalidate(
          'environment.status',
          'runs.list',
          'runs.detail',
          'runs.errorGroups',
          'origins.summary',
          'entities.explain',
        );
      });
      return;
    case 'session':
      soon('session', 50, () => void readSession().catch(ignore));
      return;
    case 'reachability':
      useConsole.setState({
        unreachable: event.state === 'reachable' ? null : { message: event.message, retryAt: event.retry_at },
      });
      if (event.state === 'reachable') readAgain();
      return;
    case 'profiles':
      invalidate('profiles.list');
      return;
    case 'settings':
      void call('settings.get', {}).then((settings) => useConsole.setState({ settings }), ignore);
      return;
    case 'alert': {
      const { title, body, run, reason } = event.alert;
      useConsole.setState({ unread: event.unread });
      invalidate('alerts.list');
      // Who looks at the run reads it there, and a note would only stand before it.
      if (run !== null && isInView(run)) return;
      const link = run === null ? null : { text: `Open the ${kindOfAlert(event.alert)}`, to: `/runs/${run}` };
      toast({
        tone: reason === 'succeeded' ? 'good' : reason === 'failed' ? 'bad' : 'warn',
        title,
        detail: body,
        link,
        kept: true,
      });
      return;
    }
    case 'unread':
      useConsole.setState({ unread: event.unread });
      invalidate('alerts.list');
      return;
    case 'navigate':
      go(event.path);
      return;
    case 'log':
      // What belongs to a run stands in its log; what the console says of itself stands nowhere else.
      if (event.run === null && (event.level === 'warn' || event.level === 'error'))
        toast({
          tone: event.level === 'error' ? 'bad' : 'warn',
          title: 'The console',
          detail: event.message,
          apart: true,
        });
      return;
    case 'progress':
    case 'stall':
      return;
  }
}

/** Begins to follow the host, where it was left before the page was loaded anew. Called once, when the page starts. */
export function listen(): void {
  let told = false;
  onMisfit((where) => {
    if (told) return;
    told = true;
    toast({
      tone: 'bad',
      title: 'This page does not understand its console',
      detail: `It was told something of another shape than it knows (${where}): what is shown may be old. Load the page again; if this comes again, send the support bundle.`,
      kept: true,
      apart: true,
    });
  });
  wire.onConnection((connection) => useConsole.setState({ connection }));
  let position = rememberedPosition();
  wire.subscribe(position, (frame) => {
    useConsole.setState({ connection: 'open' });
    position = positionAfter(position, frame);
    rememberPosition(position);
    switch (frame.kind) {
      case 'events':
        for (const { event } of frame.events) apply(event);
        return;
      case 'live':
        useConsole.setState(({ activity }) => ({ activity: { ...activity, runs: frame.runs } }));
        return;
      case 'subscribed': {
        const first = useConsole.getState().session === undefined;
        if (frame.complete && !first) return;
        // Events were missed: whatever is on screen may be old. At first nothing is.
        void readEverything()
          .then(first ? undefined : forgetAll)
          .catch(ignore);
      }
    }
  });
}
