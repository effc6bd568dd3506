import { useEffect } from 'react';
import { CircleHelp } from 'lucide-react';
import { EmptyState } from '../components/empty-state';
import { ErrorState } from '../components/error-state';
import { Page } from '../components/page';
import { SkeletonRows } from '../components/skeleton';
import { replace, usePlace, withoutSession } from '../router/router';
import { useConsole } from '../store/console-store';
import { failureOf } from '../wire/call-error';
import { isView, load, loadAll, useView } from './views';

/** Milliseconds after the first view, which comes first. */
const others = 500;

export function View() {
  const { parts } = usePlace();
  const session = useConsole((state) => state.session);
  const ready = session !== undefined;
  useEffect(() => {
    const later = ready ? setTimeout(() => void loadAll(), others) : undefined;
    return () => clearTimeout(later);
  }, [ready]);
  const [name = session === null ? 'environments' : 'overview'] = parts;
  if (!ready) return <Coming />;
  const wanted = session === null && !withoutSession.includes(name) ? 'environments' : name;
  if (wanted === 'alerts') return <Inbox />;
  if (!isView(wanted)) {
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
  return <Loaded key={session?.opened_at ?? 'none'} name={wanted} />;
}

function Loaded({ name }: { readonly name: string }) {
  const found = useView(name);
  if (found === 'loading') return <Coming />;
  if ('view' in found) return <found.view />;
  return (
    <Page title="This view could not be loaded">
      <ErrorState title="Its file did not come" failure={failureOf(found.error)} onRetry={() => void load(name)} />
    </Page>
  );
}

/** The address of the alerts, to which the tray and notices lead: they open above the first view. */
function Inbox() {
  useEffect(() => {
    useConsole.setState({ overlay: 'inbox' });
    replace('/');
  }, []);
  return <Coming />;
}

/** What stands where a view will be. */
function Coming() {
  return (
    <Page title={<span className="only-read">Loading</span>}>
      <SkeletonRows />
    </Page>
  );
}
