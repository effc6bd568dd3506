import type { MethodName } from '../../shared/contract/contract';
import type { Task } from '../../shared/contract/task';
import { createAlerts, webhookSecret } from './alerts/alerts';
import { openInbox } from './alerts/inbox';
import { lookAtSaved } from './alerts/look-at-saved';
import { watchHistory } from './alerts/watch-history';
import type { ConsoleContext } from './context';
import { dispatcher } from './dispatch';
import type { Dispatch, Handlers } from './dispatch';
import { createHub } from './events/hub';
import type { Hub } from './events/hub';
import type { Facilities } from './facilities';
import { keepLog } from './log/keep-log';
import { alertsHandlers } from './methods/alerts';
import { appHandlers } from './methods/app';
import { datasetsHandlers } from './methods/datasets';
import { exportsHandlers } from './methods/exports';
import { originsHandlers } from './methods/origins';
import { profilesHandlers } from './methods/profiles';
import { queueHandlers } from './methods/queue';
import { runsHandlers } from './methods/runs';
import { sandboxHandlers } from './methods/sandbox';
import { sessionHandlers } from './methods/session';
import { workHandlers } from './methods/work';
import { assertAsSaved } from './profiles/as-saved';
import { profileSecrets } from './profiles/profile-secrets';
import { openProfiles } from './profiles/profile-store';
import { requestOf } from './profiles/to-environment';
import { readLately } from './session/lately';
import { holdSession } from './session/session';
import type { Opening } from './session/session';
import type { Damaged } from './stores/put-aside';
import { removeLeftovers } from './stores/remove-leftovers';
import { openSettings } from './stores/settings';
import { showOthers } from './tasks/show-others';
import { createTasks } from './tasks/tasks';

/** What a desktop and a web console share: one session, its tasks, its events, and the methods of the contract. */
export interface Console {
  /** One method of the contract; never throws. */
  readonly dispatch: Dispatch;
  readonly hub: Hub;
  /** Opens an environment that is no saved profile. @throws SyncError as the engine does */
  open(opening: Opening): Promise<void>;
  /** Whether a run, plan or verification is under way. */
  busy(): boolean;
  /** The kinds of all work that is under way, exports too. */
  working(): readonly Task['kind'][];
  /** Alerts are to be sent to a webhook whose address is not known. */
  alertsGoNowhere(): boolean;
  /** Asks the servers now whether they answer, on connections opened anew: the computer woke up, or has another network. */
  lookNow(): void;
  /** Cancels what is under way, waits for it, and closes every connection. */
  close(): Promise<void>;
}

/** Work that is no task of its own, and that a change of the environment would cut off in the middle. */
const writesForLong: ReadonlySet<string> = new Set<MethodName>(['queue.retry', 'queue.skip', 'environment.uninstall']);

/** @param onDefect told where the console itself is wrong: an answer, an event or a code that the contract does not know */
export function createConsole(
  facilities: Facilities,
  onDefect = (message: string): void => {
    facilities.log.logger.error(message);
  },
): Console {
  const { openStore, dataFolder, secrets } = facilities;
  removeLeftovers(dataFolder);
  const hub = createHub({ onDefect });
  const settings = openSettings(openStore, dataFolder, {
    hub,
    hasWebhook: () => secrets.has(webhookSecret) !== 'missing',
  });
  const tasks = createTasks(hub, () => settings.get().alerts.stall_s);
  const busy = (): boolean => tasks.working().some(({ kind }) => kind !== 'export');
  const warn = (message: string, level: 'warn' | 'error' = 'warn'): void => {
    hub.publish({ type: 'log', run: null, dataset: null, level, message, at: new Date().toISOString() });
  };
  const opener = facilities.engineOpener;
  const openEngine = opener({
    onWarning: warn,
    onCrash(error) {
      session.crashed();
      warn(error.message, 'error');
    },
  });
  let writing = 0;
  const session = holdSession({ hub, openEngine, caller: facilities.caller, busy: () => busy() || writing > 0 });
  const inbox = openInbox(openStore, dataFolder);
  const taskOf = (run: string): Task | undefined => tasks.list().find((task) => task.run === run);
  const alerts = createAlerts({
    hub,
    inbox,
    settings,
    secrets,
    taskOf,
    notice: (alert) => facilities.notice(alert, settings.get().alerts.sound),
  });
  const isOwn = (run: string): boolean => taskOf(run) !== undefined;
  const reader = readLately({ hub, session, isOwn });
  watchHistory({
    hub,
    reader,
    inbox,
    alerts,
    isOwn,
    stallSeconds: () => settings.get().alerts.stall_s,
  });
  showOthers({ hub, reader, openedAt: () => session.current()?.opened_at ?? null, isOwn });
  const profiles = openProfiles(openStore, dataFolder, hub);
  const damaged = (): Damaged[] =>
    [profiles.damaged(), settings.damaged(), inbox.damaged(), ...facilities.damaged()].filter((file) => file !== null);
  for (const file of damaged()) facilities.log.logger.error(file, 'a damaged file was put aside');
  const context: ConsoleContext = {
    facilities,
    hub,
    session,
    tasks,
    settings,
    alerts,
    inbox,
    profiles,
    profileSecrets: profileSecrets(secrets),
    damaged,
    openEngine: opener({ onWarning: () => undefined, onCrash: () => undefined }),
  };
  const stopLookingAtSaved = lookAtSaved({
    profiles: () => profiles.list(),
    requestOf: async (profile) => {
      const collected = await context.profileSecrets.collect(profile, profile, {});
      return { ...requestOf(profile, { ...facilities, secrets: collected }), caller: facilities.caller };
    },
    openEngine: context.openEngine,
    inbox,
    alerts,
    rules: () => settings.get().alerts,
    isOwn,
  });
  const { closeSandbox, ...sandbox } = sandboxHandlers(context);
  const handlers: Handlers = {
    ...appHandlers(context),
    ...profilesHandlers(context),
    ...sessionHandlers(context),
    ...sandbox,
    ...datasetsHandlers(context),
    ...workHandlers(context),
    ...runsHandlers(context),
    ...queueHandlers(context),
    ...originsHandlers(context),
    ...alertsHandlers(context),
    ...exportsHandlers(context),
  };
  const answer = dispatcher(
    handlers,
    () => session.current(),
    () => assertAsSaved(session, profiles),
    onDefect,
  );
  // A call that found no server is news: all pages hear of it now, not when the servers are asked the next time.
  const dispatch: Dispatch = async (method, input, meant) => {
    const isLong = writesForLong.has(method);
    if (isLong) writing += 1;
    const outcome = await answer(method, input, meant);
    if (isLong) writing -= 1;
    if (!outcome.ok && outcome.error.code === 'CONNECT_FAILED' && session.unreachable() === null) session.lookNow();
    return outcome;
  };
  return {
    dispatch: keepLog(facilities.log.logger, hub, settings, dispatch),
    hub,
    async open(opening) {
      await session.open(opening);
    },
    busy,
    working: () => tasks.working().map(({ kind }) => kind),
    alertsGoNowhere() {
      const { enabled, has_url: hasAddress } = settings.get().webhook;
      return enabled && !hasAddress;
    },
    lookNow() {
      session.lookAfresh();
    },
    async close() {
      await tasks.stopAll();
      await session.end().catch(() => undefined);
      await closeSandbox();
      reader.end();
      await stopLookingAtSaved();
      await alerts.close();
      hub.close();
    },
  };
}
