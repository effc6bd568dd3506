import { useSyncExternalStore } from 'react';

/** Where the page is: the parts of the path behind the `#`, and its query. */
export interface Place {
  readonly parts: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

function parse(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  return { parts, query: Object.fromEntries(new URLSearchParams(search)) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

let known = { hash: '', place: parse('') };

/** The same object as long as the address stays the same. */
function currentPlace(): Place {
  const { hash } = window.location;
  if (hash !== known.hash) known = { hash, place: parse(hash) };
  return known.place;
}

export function usePlace(): Place {
  return useSyncExternalStore((changed) => {
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, currentPlace);
}

/** The address of a place, as a link of the page has it. Empty values of the query are left out. */
export function href(path: string, query: Readonly<Record<string, string | null | undefined>> = {}): string {
  const filled = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  const search = new URLSearchParams(filled).toString();
  return `#${path}${search === '' ? '' : `?${search}`}`;
}

/** Opens a place: `/runs/12`, or as a link from outside says it: `run/12`. */
export function go(path: string, query: Readonly<Record<string, string | null | undefined>> = {}): void {
  const inside = path.replace(/^\/?run\//, '/runs/');
  window.location.hash = href(inside.startsWith('/') ? inside : `/${inside}`, query);
}

/** Views that are there while no environment is open. */
export const withoutSession: readonly string[] = ['environments', 'settings', 'about', 'alerts'];

/** The view that the address names and that an environment has to be opened for; null where it names none. */
export function placeToCome(): string | null {
  const { parts } = currentPlace();
  const [name] = parts;
  return name === undefined || name === 'overview' || withoutSession.includes(name) ? null : parts.join(' ');
}

/** Opens a place instead of the one in view, without a step in the history. */
export function replace(path: string, query: Readonly<Record<string, string | null | undefined>> = {}): void {
  window.history.replaceState(null, '', href(path, query));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Changes the query of the place in view without a step in the history: a filter that is being typed. */
export function refine(query: Readonly<Record<string, string | null | undefined>>): void {
  const { parts } = currentPlace();
  replace(`/${parts.map(encodeURIComponent).join('/')}`, query);
}
