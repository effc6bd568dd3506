import { lazy } from 'react';
import type { ComponentType } from 'react';
import { CircleHelp } from 'lucide-react';
import { EmptyState } from '../components/empty-state';
import { Page } from '../components/page';
import { SkeletonRows } from '../components/skeleton';
import { usePlace } from '../router/router';
import { useConsole } from '../store/console-store';

/** Views by the first part of the address; each is loaded when it is first opened. */
const views: Readonly<Record<string, ComponentType>> = {
  overview: lazy(() => import('../views/overview/overview').then((file) => ({ default: file.Overview }))),
  plan: lazy(() => import('../views/plan/plan').then((file) => ({ default: file.Plan }))),
  tasks: lazy(() => import('../views/run/task').then((file) => ({ default: file.TaskView }))),
  runs: lazy(() => import('../views/runs/runs-or-run').then((file) => ({ default: file.RunsOrRun }))),
  compare: lazy(() => import('../views/runs/compare').then((file) => ({ default: file.Compare }))),
  queue: lazy(() => import('../views/queue/queue').then((file) => ({ default: file.Queue }))),
  origins: lazy(() => import('../views/origins/origins').then((file) => ({ default: file.Origins }))),
  entity: lazy(() => import('../views/entity/entity').then((file) => ({ default: file.Entity }))),
  datasets: lazy(() => import('../views/datasets/datasets').then((file) => ({ default: file.Datasets }))),
  settings: lazy(() => import('../views/settings/settings').then((file) => ({ default: file.SettingsView }))),
  about: lazy(() => import('../views/about/about').then((file) => ({ default: file.About }))),
  check: lazy(() => import('../views/environments/check').then((file) => ({ default: file.Check }))),
  environments: lazy(() =>
    import('../views/environments/environments').then((file) => ({ default: file.Environments })),
  ),
};
const withoutSession: readonly string[] = ['environments', 'settings', 'about'];

export function View() {
  const { parts } = usePlace();
  const session = useConsole((state) => state.session);
  const [name = session === null ? 'environments' : 'overview'] = parts;
  if (session === undefined) return <SkeletonRows />;
  const wanted = session === null && !withoutSession.includes(name) ? 'environments' : name;
  const Shown = Object.hasOwn(views, wanted) ? views[wanted] : undefined;
  if (Shown === undefined) {
    return (
      <Page title="There is no such view">
        <EmptyState
          icon={<CircleHelp size={22} aria-hidden />}
          title="This address leads nowhere"
          actions={<a href="#/overview">Go to the overview</a>}
        >
          <code>{window.location.hash}</code>
        </EmptyState>
      </Page>
    );
  }
  // Another environment starts every view anew: nothing of the one before may stay on screen.
  return <Shown key={session?.opened_at ?? 'none'} />;
}
