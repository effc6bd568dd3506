import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { createPages } from '../store/pages';
import type { Pages, PagesSource, PagesState } from '../store/pages';

/** Pages of the list that `key` names: another key, another list. `source` is taken as it is when the key changes. */
export function usePages<Row>(
  key: string,
  source: (key: string) => PagesSource<Row>,
): Pages<Row> & { readonly now: PagesState<Row> } {
  const pages = useMemo(() => createPages(source(key)), [key, source]);
  const now = useSyncExternalStore(pages.subscribe, pages.state);
  useEffect(() => {
    // A table that is on screen has asked for them already.
    if (!pages.state().loading) void pages.refresh();
  }, [pages]);
  return { ...pages, now };
}
