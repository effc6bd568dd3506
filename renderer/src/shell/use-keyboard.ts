import { useEffect } from 'react';
import { popupOpen } from '../components/popup-open';
import { useConsole } from '../store/console-store';
import { commands, keysOf } from './commands';

/** How long the first key of a sequence waits for the second. */
const sequenceMs = 1200;

/** Runs commands by their keys. Letters count only where nobody types. */
export function useKeyboard(): void {
  useEffect(() => {
    let before = '';
    let since = 0;
    const onKeyDown = (event: KeyboardEvent): void => {
      const together = event.ctrlKey || event.metaKey;
      if (event.altKey || event.defaultPrevented || (!together && isTyping(event.target))) return;
      const pressed = `${together ? 'mod+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
      const sequence = event.timeStamp - since < sequenceMs && before !== '' ? `${before} ${pressed}` : pressed;
      const { settings, session, overlay, connection } = useConsole.getState();
      const found = commands.find((command) => {
        const keys = keysOf(command, settings.key_map);
        return keys === sequence || keys === pressed;
      });
      before = pressed;
      since = event.timeStamp;
      if (found === undefined || (found.session && (session ?? null) === null)) return;
      if (connection === 'ended' && found.group === 'Do') return;
      if (!together && (overlay !== null || popupOpen())) return;
      before = '';
      event.preventDefault();
      found.run();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
