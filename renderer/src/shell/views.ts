import { useEffect, useSyncExternalStore } from 'react';
import type { ComponentType } from 'react';
import { Overview } from '../views/overview/overview';

/** In the order in which they are loaded ahead. The overview comes with the page: nearly everybody begins there. */
const loaders: Readonly<Record<string, () => Promise<ComponentType>>> = {
  queue: () => import('../views/queue/queue').then((file) => file.Queue),
  plan: () => import('../views/plan/plan').then((file) => file.Plan),
  tasks: () => import('../views/run/task').then((file) => file.TaskView),
  runs: () => import('../views/runs/runs-or-run').then((file) => file.RunsOrRun),
  compare: () => import('../views/runs/compare').then((file) => file.Compare),
  origins: () => import('../views/origins/origins').then((file) => file.Origins),
  entity: () => import('../views/entity/entity').then((file) => file.Entity),
  datasets: () => import('../views/datasets/datasets').then((file) => file.Datasets),
  settings: () => import('../views/settings/settings').then((file) => file.SettingsView),
  about: () => import('../views/about/about').then((file) => file.About),
  check: () => import('../views/environments/check').then((file) => file.Check),
  environments: () => import('../views/environments/environments').then((file) => file.Environments),
};

/** A view's file: there, being loaded, or not to be had. */
export type Loaded = { readonly view: ComponentType } | { readonly error: unknown } | 'loading';

const loaded = new Map<string, Loaded>([['overview', { view: Overview }]]);
const readers = new Set<() => void>();

function keep(name: string, state: Loaded): void {
  loaded.set(name, state);
  for (const reader of readers) reader();
}

/** Loads the file of a view, also where that failed before. */
export async function load(name: string): Promise<void> {
  const known = loaded.get(name);
  const loader = loaders[name];
  if (loader === undefined || known === 'loading' || (known !== undefined && 'view' in known)) return;
  keep(name, 'loading');
  keep(
    name,
    await loader().then(
      (view) => ({ view }),
      (error: unknown) => ({ error }),
    ),
  );
}

function follow(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}

/** Whether there is a view of that name, the first part of an address. */
export function isView(name: string): boolean {
  return name === 'overview' || Object.hasOwn(loaders, name);
}

/**
 * The view of that name. React's own way (`lazy` and `Suspense`) would hold each view back for 300 ms once it has drawn something
 * in its place.
 */
export function useView(name: string): Loaded {
  useEffect(() => void load(name), [name]);
  return useSyncExternalStore(follow, () => loaded.get(name) ?? 'loading');
}

/** Loads the view of an address before it is shown. @param hash as in `location.hash` */
export function loadAhead(hash: string): void {
  const name = /^#\/([a-z]+)/.exec(hash)?.[1] ?? 'overview';
  if (isView(name)) void load(name);
}

/** Loads all views, so that the first click on each does not wait for its file. A failure shows where the view is opened. */
export async function loadAll(): Promise<void> {
  for (const name of Object.keys(loaders)) await load(name);
}
