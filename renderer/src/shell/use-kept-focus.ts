import { useEffect, useRef } from 'react';
import { usePlace } from '../router/router';

/** How long a view may take until its heading stays. */
const settlesMs = 3000;

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
    const until = performance.now() + settlesMs;
    const look = (): void => {
      const main = document.getElementById('main');
      // A heading that stands for a view to come goes away with the focus; so does one of a view that still reads.
      const heading = document.querySelector<HTMLElement>('#main h1:not(:has(.only-read))');
      const { activeElement: active } = document;
      if (active === document.body || active === main) (heading ?? main)?.focus({ preventScroll: true });
      else if (active !== heading) return;
      if (performance.now() < until) frame = requestAnimationFrame(look);
    };
    // A view that moves the focus itself comes first.
    let frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [place]);
}
