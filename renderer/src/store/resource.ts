import { useEffect, useSyncExternalStore } from 'react';
import type { InputOf, MethodName, OutputOf } from '../../../shared/contract/contract';
import type { Failure } from '../../../shared/contract/failure';
import { call } from '../wire/call';
import { failureOf } from '../wire/call-error';

/** An answer of the host that views share. `data` stays while it is read again, also where that fails. */
export interface Resource<Data> {
  readonly data: Data | undefined;
  readonly failure: Failure | null;
  readonly loading: boolean;
  /** when the host was asked for `data`, in milliseconds; null where there is none */
  readonly at: number | null;
}

interface Entry {
  readonly method: MethodName;
  readonly input: unknown;
  state: Resource<unknown>;
  readonly readers: Set<() => void>;
  /** number of the newest request: answers to older ones come too late */
  asked: number;
  stale: boolean;
}

const empty: Resource<never> = { data: undefined, failure: null, loading: true, at: null };
const entries = new Map<string, Entry>();
const keptUnread = 40;

function entryOf(key: string, method: MethodName, input: unknown): Entry {
  const known = entries.get(key);
  if (known !== undefined) return known;
  const entry: Entry = { method, input, state: empty, readers: new Set(), asked: 0, stale: true };
  entries.set(key, entry);
  for (const [other, { readers }] of entries) {
    if (entries.size <= keptUnread) break;
    if (readers.size === 0 && other !== key) entries.delete(other);
  }
  return entry;
}

function change(entry: Entry, state: Partial<Resource<unknown>>): void {
  entry.state = { ...entry.state, ...state };
  for (const reader of entry.readers) reader();
}

async function load(entry: Entry): Promise<void> {
  const mine = ++entry.asked;
  const at = Date.now();
  entry.stale = false;
  if (!entry.state.loading) change(entry, { loading: true });
  try {
    const data = await call(entry.method, entry.input as never);
    if (mine === entry.asked) change(entry, { data, failure: null, loading: false, at });
  } catch (error) {
    if (mine === entry.asked) change(entry, { failure: failureOf(error), loading: false });
  }
}

/** Reads again what these methods answered: at once where it is on screen, else when it is shown next. */
export function invalidate(...methods: readonly MethodName[]): void {
  for (const entry of entries.values()) {
    if (!methods.includes(entry.method)) continue;
    if (entry.readers.size > 0) void load(entry);
    else entry.stale = true;
  }
}

/** Reads again all that is on screen, lists too; the rest when it is shown next. */
export function readAgain(): void {
  window.dispatchEvent(new Event('astro-sync:refresh'));
  for (const entry of entries.values()) {
    if (entry.readers.size > 0) void load(entry);
    else entry.stale = true;
  }
}

/** Forgets every answer: another environment is open. What is on screen is read again. */
export function forgetAll(): void {
  for (const [key, entry] of entries) {
    if (entry.readers.size === 0) {
      entries.delete(key);
      continue;
    }
    change(entry, { data: undefined, failure: null, loading: true, at: null });
    void load(entry);
  }
}

/**
 * What a method answers, shared by all views that ask the same.
 * @param input null: ask nothing yet
 * @param everyMs read again that often while it is on screen
 * @param anew read again whenever a view begins to show it: what is known of it may be old
 */
export function useResource<Name extends MethodName>(
  method: Name,
  input: InputOf<Name> | null,
  everyMs?: number,
  anew = false,
): Resource<OutputOf<Name>> & { readonly reload: () => void } {
  const key = input === null ? null : `${method} ${JSON.stringify(input)}`;
  const entry = key === null ? null : entryOf(key, method, input);
  const state = useSyncExternalStore(
    (reader) => {
      entry?.readers.add(reader);
      return () => entry?.readers.delete(reader);
    },
    () => entry?.state ?? empty,
  );

  useEffect(() => {
    if (entry === null) return;
    if (entry.stale || anew) void load(entry);
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) void load(entry);
    }, everyMs);
    return () => clearInterval(timer);
  }, [entry, everyMs, anew]);

  return {
    ...(state as Resource<OutputOf<Name>>),
    reload: () => {
      if (entry !== null) void load(entry);
    },
  };
}
