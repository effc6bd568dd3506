import { useEffect, useRef } from 'react';
import { usePlace } from '../router/router';

/**
 * Another view takes what had the focus away with it: the focus then goes to the heading of the new one, so that Tab and a screen
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
      if (document.activeElement !== document.body) return;
      // A heading that stands for a view to come goes away with the focus.
      const heading = document.querySelector<HTMLElement>('#main h1:not(:has(.only-read))');
      (heading ?? document.getElementById('main'))?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [place]);
}
