import { useSyncExternalStore } from 'react';

const readers = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  // It stood still while nobody read it.
  if (timer === undefined) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of readers) each();
  }, 1000);
  return () => {
    readers.delete(reader);
    if (readers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time in milliseconds, in steps: all relative times on screen move together. */
export function useNow(stepMs = 1000): number {
  const read = (): number => Math.floor(now / stepMs) * stepMs;
  return useSyncExternalStore(subscribe, read, read);
}
