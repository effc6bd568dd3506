import type { Failure } from '../../../shared/contract/failure';
import { failureOf } from '../wire/call-error';

export interface PageOf<Row> {
  readonly rows: readonly Row[];
  readonly more: boolean;
}

export interface PagesSource<Row> {
  readonly idOf: (row: Row) => string;
  /** The rows that come after the one with that id, in the order of the list; null: the first. */
  readonly below: (id: string | null) => Promise<PageOf<Row>>;
  /** The rows just above that one, the nearest first. Without it a list is never cut at its top. */
  readonly above?: (id: string) => Promise<PageOf<Row>>;
}

/** A part of a long list: `rows` stand at index `start` of what was seen so far. */
export interface PagesState<Row> {
  readonly start: number;
  readonly rows: readonly Row[];
  readonly more: boolean;
  readonly loading: boolean;
  /** nothing was read yet */
  readonly first: boolean;
  readonly failure: Failure | null;
}

export interface Pages<Row> {
  readonly state: () => PagesState<Row>;
  readonly subscribe: (reader: () => void) => () => void;
  /** Says which indexes are on screen: what lies near them is read. */
  readonly look: (from: number, to: number) => void;
  /** Reads the first page again; rows further down are dropped. */
  readonly refresh: () => Promise<void>;
  /** Reads what comes after the last row, also where there was nothing more: a list that grows at its end. */
  readonly readOn: () => Promise<void>;
}

/** Rows that are held at most: a list may have a million, the page never does. */
export const heldAtMost = 4000;

/** A list that is read page by page, by key, in both directions, and held only in part. */
export function createPages<Row>(source: PagesSource<Row>): Pages<Row> {
  let state: PagesState<Row> = { start: 0, rows: [], more: true, loading: false, first: true, failure: null };
  let asked = 0;
  const readers = new Set<() => void>();
  const set = (change: Partial<PagesState<Row>>): void => {
    state = { ...state, ...change };
    for (const reader of readers) reader();
  };

  async function read(ask: () => Promise<PageOf<Row>>, take: (page: PageOf<Row>) => Partial<PagesState<Row>>) {
    const mine = ++asked;
    // What failed stays told until it has gone well: a list that is read every other second would never say it.
    set({ loading: true });
    try {
      const page = await ask();
      if (mine === asked) set({ ...take(page), loading: false, first: false, failure: null });
    } catch (error) {
      if (mine === asked) set({ failure: failureOf(error), loading: false, first: false });
    }
  }

  const readDown = () => {
    const last = state.rows.at(-1);
    return read(
      () => source.below(last === undefined ? null : source.idOf(last)),
      (page) => {
        const rows = [...state.rows, ...page.rows];
        const over = source.above === undefined ? 0 : Math.max(0, rows.length - heldAtMost);
        return { rows: rows.slice(over), start: state.start + over, more: page.more };
      },
    );
  };

  const readUp = (above: NonNullable<PagesSource<Row>['above']>, top: Row) =>
    read(
      () => above(source.idOf(top)),
      (page) => {
        // Nearest first; there may be more above than was seen before: the list has grown at its top.
        const found = page.rows.slice(0, state.start).reverse();
        const rows = [...found, ...state.rows];
        const over = Math.max(0, rows.length - heldAtMost);
        const start = found.length === 0 ? 0 : state.start - found.length;
        return { rows: rows.slice(0, rows.length - over), start, more: state.more || over > 0 };
      },
    );

  return {
    state: () => state,
    subscribe(reader) {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    look(from, to) {
      if (state.loading || state.failure !== null) return;
      const [top] = state.rows;
      if (from < state.start && source.above !== undefined && top !== undefined) void readUp(source.above, top);
      else if (state.more && to >= state.start + state.rows.length - 40) void readDown();
    },
    readOn: () => (state.loading ? Promise.resolve() : readDown()),
    refresh: () =>
      read(
        () => source.below(null),
        (page) => ({ start: 0, rows: page.rows, more: page.more }),
      ),
  };
}
