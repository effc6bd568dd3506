import type { Logger } from 'pino';
import type { ConsoleEvent } from '../../../shared/contract/events';
import type { Dispatch } from '../dispatch';
import type { Hub } from '../events/hub';
import type { SettingsStore } from '../stores/settings';

/**
 * Writes what happens in a console into the log of its host, as much of it as the settings say, from the moment that they say it.
 * @returns dispatch that notes each call (level debug): which method, how long, how it ended; never what was given or answered
 */
export function keepLog(logger: Logger, hub: Hub, settings: SettingsStore, dispatch: Dispatch): Dispatch {
  const follow = (): void => {
    logger.level = settings.get().log_level;
  };
  follow();
  hub.onPublish((event) => {
    if (event.type === 'settings') follow();
    else noteEvent(logger, event);
  });
  return async (method, input, meant) => {
    const start = performance.now();
    const outcome = await dispatch(method, input, meant);
    const ms = Math.round(performance.now() - start);
    logger.debug({ method, ms, ...(outcome.ok ? {} : { code: outcome.error.code }) }, 'call');
    return outcome;
  };
}

function noteEvent(logger: Logger, event: ConsoleEvent): void {
  switch (event.type) {
    case 'log':
      logger[event.level]({ run: event.run, dataset: event.dataset }, event.message);
      return;
    case 'task': {
      const { kind, environment, run, state, error } = event.task;
      if (state !== 'working') logger.info({ kind, environment, run, state, code: error?.code }, 'task ended');
      return;
    }
    case 'stall':
      logger.warn({ run: event.run, since: event.since }, event.since === null ? 'it moves again' : 'no progress');
      return;
    case 'reachability':
      if (event.state === 'reachable') logger.info('the servers answer');
      else logger.warn({ reason: event.message }, 'the servers do not answer');
      return;
    case 'alert':
      logger.info({ reason: event.alert.reason, run: event.alert.run }, event.alert.title);
      return;
    case 'status':
      logger.debug({ run: event.run, dataset: event.dataset, status: event.status }, 'status');
      return;
    case 'session':
    case 'profiles':
    case 'navigate':
      logger.debug({ event: event.type }, 'event');
      return;
    default:
  }
}
