import { useEffect } from 'react';
import { CircleHelp } from 'lucide-react';
import { EmptyState } from '../components/empty-state';
import { Page } from '../components/page';
import { SkeletonRows } from '../components/skeleton';
import { usePlace } from '../router/router';
import { useConsole } from '../store/console-store';
import { loadAll, views } from './views';

/** Milliseconds after the first view, which comes first. */
const others = 500;
const withoutSession: readonly string[] = ['environments', 'settings', 'about'];

export function View() {
  const { parts } = usePlace();
  const session = useConsole((state) => state.session);
  const ready = session !== undefined;
  useEffect(() => {
    const later = ready ? setTimeout(() => void loadAll(), others) : undefined;
    return () => clearTimeout(later);
  }, [ready]);
  const [name = session === null ? 'environments' : 'overview'] = parts;
  if (!ready) return <SkeletonRows />;
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
