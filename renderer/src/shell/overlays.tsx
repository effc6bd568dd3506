import { Suspense, lazy } from 'react';
import { useConsole } from '../store/console-store';

const Palette = lazy(() => import('./palette').then(({ Palette: component }) => ({ default: component })));
const KeyMap = lazy(() => import('./key-map').then(({ KeyMap: component }) => ({ default: component })));
const Inbox = lazy(() => import('../views/alerts/inbox').then(({ Inbox: component }) => ({ default: component })));

const close = (): void => useConsole.setState({ overlay: null });

/** What opens above any view. */
export function Overlays() {
  const overlay = useConsole((state) => state.overlay);
  return (
    <Suspense fallback={null}>
      {overlay === 'palette' ? <Palette onClose={close} /> : null}
      {overlay === 'keys' ? <KeyMap onClose={close} /> : null}
      {overlay === 'inbox' ? <Inbox onClose={close} /> : null}
    </Suspense>
  );
}
