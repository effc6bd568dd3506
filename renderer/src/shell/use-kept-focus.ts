import { useEffect, useRef } from 'react';
import { usePlace } from '../router/router';

/**
 * Another view takes what had the focus away with it: the focus then goes to where the new one stands, so that Tab and a screen
 * reader go on there. It stays where what has it is still there, as in the rail.
 */
export function useKeptFocus(): void {
  const place = usePlace().parts.join('/');
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    // A view that moves the focus itself comes first.
    const frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [place]);
}
