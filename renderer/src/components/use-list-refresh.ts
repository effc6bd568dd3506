import { useEffect } from 'react';
import type { Pages } from '../store/pages';

/** Reads a list again from its top, on request and from time to time. `everyMs` null: on request alone, as where somebody reads further down. */
export function useListRefresh<Row>({ refresh, state }: Pages<Row>, everyMs: number | null): void {
  useEffect(() => {
    const read = (): void => {
      if (!document.hidden) void refresh();
    };
    window.addEventListener('astro-sync:refresh', read);
    // An answer that takes longer than that is waited for: to ask again would be to drop it.
    const timer = everyMs === null ? undefined : setInterval(() => !state().loading && read(), everyMs);
    return () => {
      window.removeEventListener('astro-sync:refresh', read);
      clearInterval(timer);
    };
  }, [refresh, state, everyMs]);
}
