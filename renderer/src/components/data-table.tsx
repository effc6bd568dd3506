import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useConsole } from '../store/console-store';
import type { Pages, PagesState } from '../store/pages';
import { columnsThatFit } from './columns-that-fit';
import { EmptyRows, rowHeights } from './data-table-rows';
import './data-table.css';

export interface Column<Row> {
  readonly name: string;
  readonly title: ReactNode;
  /** a track of a CSS grid */
  readonly width: string;
  /** It gives its room up where there is too little, the greatest number first; never without one. */
  readonly yields?: number;
  readonly align?: 'end';
  readonly render: (row: Row) => ReactNode;
}

/** Rows drawn beyond the edge, so that a quick scroll shows no gap. */
const overscan = 8;

/**
 * A table of any length: only the rows in view are drawn. Arrow keys, Page up and down, Home and End move; Enter opens, the space bar
 * does what `onMark` does. `empty` stands where there is no row.
 */
export function DataTable<Row>({
  label,
  columns,
  pages,
  idOf,
  chosen,
  onOpen,
  onMark,
  empty,
  onTop,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly pages: Pages<Row> & { readonly now: PagesState<Row> };
  readonly idOf: (row: Row) => string;
  readonly chosen: string | null;
  readonly onOpen: (row: Row) => void;
  readonly onMark?: (row: Row) => void;
  readonly empty: ReactNode;
  /** tells whether the top of the list is in view */
  readonly onTop?: (top: boolean) => void;
}) {
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const rowHeight = rowHeights[useConsole((state) => state.settings.density)];
  // The head, as high as a row with its border, stays at the top of the frame.
  const head = rowHeight + 1;
  const { now, look } = pages;
  const count = now.start + now.rows.length;
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    scrollMargin: head,
    scrollPaddingStart: head,
    overscan,
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 0;
  const top = (virtual.scrollOffset ?? 0) < rowHeight;
  useEffect(() => {
    look(first, last + 1);
    onTop?.(top);
    // What is told depends on the view and on how many rows there are, not on who listens.
  }, [first, last, top, count, look, onTop]);

  const move = (index: number): void => {
    const next = Math.max(0, Math.min(count - 1, index));
    setActive(next);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, last - first - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const next = steps[event.key];
    const row = now.rows[active - now.start];
    if (next !== undefined) move(next);
    else if (event.key === 'Enter' && row !== undefined) onOpen(row);
    else if (event.key === ' ' && row !== undefined && onMark !== undefined) onMark(row);
    else return;
    event.preventDefault();
  };

  const drawn = virtual.getVirtualItems();
  const shown = columnsThatFit(columns, virtual.scrollRect?.width ?? 0);
  const template = shown.map(({ width }) => width).join(' ');
  return (
    <div className="data-table">
      <div
        ref={frame}
        role="grid"
        aria-label={label}
        aria-rowcount={now.more ? -1 : count + 1}
        aria-busy={now.loading}
        className="data-table__frame"
        tabIndex={0}
        aria-activedescendant={drawn.some(({ index }) => index === active) ? `${id}-${active}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" className="data-table__head">
          <div role="row" aria-rowindex={1} className="data-table__row" style={{ gridTemplateColumns: template }}>
            {shown.map(({ name, title, align }) => (
              <span key={name} role="columnheader" className={`data-table__cell ${align === 'end' ? 'number' : ''}`}>
                {title}
              </span>
            ))}
          </div>
        </div>
        {count === 0 ? (
          <div role="rowgroup">
            <EmptyRows state={now} onRetry={() => void pages.refresh()} columns={shown.length}>
              {empty}
            </EmptyRows>
          </div>
        ) : (
          <div role="rowgroup" className="data-table__all" style={{ height: virtual.getTotalSize() }}>
            {drawn.map(({ index, start }) => {
              const row = now.rows[index - now.start];
              const rowId = row === undefined ? null : idOf(row);
              return (
                <div
                  key={rowId ?? `place-${index}`}
                  id={`${id}-${index}`}
                  role="row"
                  aria-rowindex={index + 2}
                  aria-selected={rowId !== null && rowId === chosen}
                  className={`data-table__row data-table__row--body ${index === active ? 'data-table__row--active' : ''}`}
                  style={{ gridTemplateColumns: template, transform: `translateY(${start - head}px)` }}
                  onClick={() => {
                    setActive(index);
                    if (row !== undefined) onOpen(row);
                  }}
                >
                  {shown.map(({ name, align, render }) => (
                    <span
                      key={name}
                      role="gridcell"
                      className={`data-table__cell cut ${align === 'end' ? 'number' : ''}`}
                    >
                      {row === undefined ? '…' : render(row)}
                    </span>
                  ))}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}
