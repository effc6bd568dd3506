import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useConsole } from '../store/console-store';
import type { Pages, PagesState } from '../store/pages';
import { columnsThatFit } from './columns-that-fit';
import { BodyRow, EmptyRows, rowHeights } from './data-table-rows';
import type { Column } from './data-table-rows';
import { useWidth } from './use-width';
import './data-table.css';

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
  total,
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
  /** how many rows there are, where that is known */
  readonly total?: number | undefined;
}) {
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
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

  const onClick = (event: MouseEvent): void => {
    const place = (event.target as Element).closest('[role=row]')?.getAttribute('aria-rowindex') ?? null;
    if (place === null) return;
    const index = Number(place) - 2;
    const row = now.rows[index - now.start];
    setActive(index);
    if (row !== undefined) onOpen(row);
  };

  const drawn = virtual.getVirtualItems();
  // The same list as long as the width is the same, so that a row stays as it is while others come and go.
  const shown = useMemo(() => columnsThatFit(columns, width), [columns, width]);
  const template = shown.map(({ width }) => width).join(' ');
  return (
    <div className="data-table">
      <div
        ref={frame}
        role="grid"
        aria-label={label}
        aria-rowcount={total !== undefined ? Math.max(total, count) + 1 : now.more ? -1 : count + 1}
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
          <div role="rowgroup" className="data-table__all" style={{ height: virtual.getTotalSize() }} onClick={onClick}>
            {drawn.map(({ index, start }) => {
              const row = now.rows[index - now.start];
              const rowId = row === undefined ? null : idOf(row);
              return (
                <BodyRow
                  key={rowId ?? `place-${index}`}
                  id={`${id}-${index}`}
                  index={index}
                  top={start - head}
                  row={row}
                  columns={shown}
                  template={template}
                  active={index === active}
                  chosen={rowId !== null && rowId === chosen}
                />
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}
