import { useEffect } from 'react';
import type { Pages, PagesState } from '../store/pages';

/** A list with no more rows than this is read again as a whole; further down nothing moves under the reader. */
const short = 300;

/** Reads the top of a list again from time to time and on request, as long as the reader is there. `everyMs` null: on request alone. */
export function useListRefresh<Row>(
  { refresh, now }: Pages<Row> & { readonly now: PagesState<Row> },
  everyMs: number | null,
): void {
  const atTop = now.start === 0 && now.rows.length <= short;
  useEffect(() => {
    const read = (): void => {
      if (!document.hidden) void refresh();
    };
    window.addEventListener('astro-sync:refresh', read);
    const timer = everyMs === null || !atTop ? undefined : setInterval(read, everyMs);
    return () => {
      window.removeEventListener('astro-sync:refresh', read);
      clearInterval(timer);
    };
  }, [refresh, everyMs, atTop]);
}
