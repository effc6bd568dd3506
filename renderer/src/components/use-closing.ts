import { useEffect, useRef } from 'react';
import { popupOpen } from './popup-open';

/**
 * Of what opens beside or below a list: Escape closes it, and where it took the focus away with it, that goes back to what had it
 * when it was opened.
 */
export function useClosing(onClose: () => void): void {
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const before = document.activeElement;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented && !popupOpen()) close.current();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
      // Once it is gone: what stands elsewhere keeps the focus.
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        const back = before instanceof HTMLElement && before.isConnected && before !== document.body ? before : null;
        (back ?? document.getElementById('main'))?.focus({ preventScroll: true });
      });
    };
  }, []);
}
