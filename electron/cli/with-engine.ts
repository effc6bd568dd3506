import { existsSync } from 'node:fs';
import type { DatasetDefinition } from '../../shared/definitions/dataset';
import type { EngineEvent } from '../../shared/engine/events';
import type { Environment } from '../engine/connect/environment';
import { SyncError } from '../engine/errors';
import type { Engine } from '../engine/operate/api';
import { terminalCaller } from './caller';
import { withoutCredentials } from './failure';
import type { Invocation } from './invocation';
import { progressDisplay } from './progress/listeners';
import { ask } from './prompt';

export const defaultEnvironment = 'astro-sync.yaml';
const defaultDatasets = 'datasets';

/** An engine on the environment that the command line names. */
export interface Session {
  readonly engine: Engine;
  readonly environment: Environment;
  /** Takes the progress off the screen, before something else is written there. */
  readonly clearProgress: () => void;
  /** For work that knows no signal: gives up waiting for it at Ctrl-C, with CANCELLED. */
  readonly untilCancelled: <T>(work: Promise<T>) => Promise<T>;
}

/**
 * Opens the engine for one piece of work and closes it afterwards, whatever happens.
 * @param datasets required: the definitions must be there; present: they are read where they are; none: they are not needed
 * @param tolerant a database whose password or TLS files are not there fails when it is connected to, and not the whole work
 * @throws SyncError of the environment and dataset files, and what the work throws
 */
export async function withEngine<T>(
  invocation: Invocation,
  datasets: 'required' | 'present' | 'none',
  work: (session: Session) => Promise<T>,
  tolerant = false,
): Promise<T> {
  const { terminal, signal, json, options } = invocation;
  // The engine and its libraries are loaded only here: --help and wrong usage answer without them.
  const [{ loadEnvironment }, { openEnvironment }, { openEngine }] = await Promise.all([
    import('../engine/connect/load-environment'),
    import('../engine/connect/environment'),
    import('../engine/operate/open'),
  ]);
  if (options.environment === undefined && !existsSync(defaultEnvironment)) {
    throw new SyncError('ENVIRONMENT_INVALID', `There is no ${defaultEnvironment} in this folder`, {
      hint:
        'Go to the folder that holds it, or name the environment file with -e. The console writes an environment that is saved there ' +
        'as such a file (Environments, More, Save as file for the terminal); docs/environment.md describes it.',
    });
  }
  const file = await loadEnvironment(options.environment ?? defaultEnvironment);
  const definitions = await datasetDefinitions(options.datasets, datasets);
  const display = await progressDisplay(terminal, { json, color: options.color });
  const environment = await openEnvironment(file.definition, {
    folder: file.folder,
    tolerant,
    onWarning: (text) => {
      display.listener(warning(withoutCredentials(text)));
    },
    ...(terminal.interactive
      ? { prompt: (question: string) => ask(terminal, { text: question, hidden: true, signal }) }
      : {}),
  });
  try {
    const engine = await openEngine({
      environment,
      definitions,
      caller: terminalCaller(terminal.environment),
      listener: display.listener,
    });
    try {
      return await work({
        engine,
        environment,
        clearProgress: display.clear,
        untilCancelled: (promise) => Promise.race([promise, cancelled(signal)]),
      });
    } finally {
      display.clear();
      await engine.close();
    }
  } finally {
    await environment.close();
  }
}

async function datasetDefinitions(
  path: string | undefined,
  wanted: 'required' | 'present' | 'none',
): Promise<readonly DatasetDefinition[]> {
  if (wanted === 'none') return [];
  if (wanted === 'present' && path === undefined && !existsSync(defaultDatasets)) return [];
  const { loadDatasets } = await import('../engine/dataset/load');
  return loadDatasets(path ?? defaultDatasets);
}

function warning(message: string): EngineEvent {
  return { type: 'log', run: null, dataset: null, level: 'warn', message, at: new Date().toISOString() };
}

function cancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(new SyncError('CANCELLED', 'Cancelled'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
