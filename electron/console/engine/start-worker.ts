import type { Worker } from 'node:worker_threads';
import type { SyncError } from '../../engine/errors';
import type { OpenEngine } from './engine-session';
import type { FromEngine } from './messages';
import { takeWorker } from './prepared-worker';
import { remoteEngine } from './remote-engine';
import type { EnginePort } from './remote-engine';

/**
 * Opens each environment in a thread of its own, so that no run holds up the one that serves the page.
 * @param file the built worker, as a path
 */
export function inWorker(
  file: string,
  told: { readonly onWarning: (text: string) => void; readonly onCrash: (error: SyncError) => void },
): OpenEngine {
  return (request) => {
    return remoteEngine(portOf(takeWorker(file)), request, told);
  };
}

function portOf(worker: Worker): EnginePort {
  let reason = 'its thread ended';
  worker.on('error', (error: unknown) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  return {
    post: (message) => {
      worker.postMessage(message);
    },
    onMessage: (listener) => {
      worker.on('message', (message: FromEngine) => {
        listener(message);
      });
    },
    onEnd: (listener) => {
      worker.on('exit', () => {
        listener(reason);
      });
    },
    async end() {
      await worker.terminate();
    },
  };
}
