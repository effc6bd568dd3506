import { lazy } from 'react';
import type { ComponentType } from 'react';

/** In the order in which they are loaded ahead. */
const loaders: Readonly<Record<string, () => Promise<ComponentType>>> = {
  overview: () => import('../views/overview/overview').then((file) => file.Overview),
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

/** Views by the first part of the address, each in a file of its own. */
export const views: Readonly<Record<string, ComponentType>> = Object.fromEntries(
  Object.entries(loaders).map(([name, load]) => [name, lazy(async () => ({ default: await load() }))]),
);

/** Loads the view of an address while the socket is still being opened. @param hash as in `location.hash` */
export function loadAhead(hash: string): void {
  const name = /^#\/([a-z]+)/.exec(hash)?.[1] ?? 'overview';
  if (Object.hasOwn(loaders, name)) void loaders[name]?.().catch(() => undefined);
}

/** Loads all views, so that the first click on each does not wait for its file. A failure shows where the view is opened. */
export async function loadAll(): Promise<void> {
  for (const load of Object.values(loaders)) await load().catch(() => undefined);
}
