import { useEffect } from 'react';
import { useConsole } from '../store/console-store';
import { later } from './later';

const palette = later(() => import('./palette').then((file) => file.Palette));
const keyMap = later(() => import('./key-map').then((file) => file.KeyMap));
const inbox = later(() => import('../views/alerts/inbox').then((file) => file.Inbox));

/** Milliseconds after the page has begun: the first view comes first. */
const aheadMs = 700;

const close = (): void => useConsole.setState({ overlay: null });

/** What opens above any view. */
export function Overlays() {
  const overlay = useConsole((state) => state.overlay);
  useEffect(() => {
    const timer = setTimeout(() => [palette, keyMap, inbox].forEach(({ ahead }) => ahead()), aheadMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      {overlay === 'palette' ? <palette.Shown onClose={close} /> : null}
      {overlay === 'keys' ? <keyMap.Shown onClose={close} /> : null}
      {overlay === 'inbox' ? <inbox.Shown onClose={close} /> : null}
    </>
  );
}
