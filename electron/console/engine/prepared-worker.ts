import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Threads that load in advance, by file. */
const prepared = new Map<string, Worker>();

function start(file: string): Worker {
  return new Worker(pathToFileURL(file), { name: 'astro-sync engine' });
}

/**
 * Starts the thread of the environment that will be opened next, so that it loads while this one has other things to do. It does
 * not keep the program from ending.
 * @param file the built worker, as a path
 */
export function prepareWorker(file: string): void {
  if (prepared.has(file)) return;
  const worker = start(file);
  prepared.set(file, worker);
  worker.unref();
  // One that cannot start is started again by whoever needs it, who then hears why.
  worker.once('error', () => undefined);
  worker.once('exit', () => {
    if (prepared.get(file) === worker) prepared.delete(file);
  });
}

/** The thread that was prepared, else a new one; it is the caller's to end. */
export function takeWorker(file: string): Worker {
  const worker = prepared.get(file);
  if (worker === undefined) return start(file);
  prepared.delete(file);
  worker.ref();
  return worker;
}
