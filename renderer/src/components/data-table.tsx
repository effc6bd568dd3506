import { useId, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useConsole } from '../store/console-store';
import type { Pages, PagesState } from '../store/pages';
import { EmptyRows, rowHeights } from './data-table-rows';
import { useRowWindow } from './use-row-window';
import './data-table.css';

export interface Column<Row> {
  readonly name: string;
  readonly title: string;
  /** a track of a CSS grid */
  readonly width: string;
  readonly align?: 'end';
  readonly render: (row: Row) => ReactNode;
}

/**
 * A table of any length: only the rows in view are drawn. Arrow keys, Page up and down, Home and End move; Enter opens.
 * `empty` stands where there is no row.
 */
export function DataTable<Row>({
  label,
  columns,
  pages,
  idOf,
  chosen,
  onOpen,
  empty,
  onTop,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly pages: Pages<Row> & { readonly now: PagesState<Row> };
  readonly idOf: (row: Row) => string;
  readonly chosen: string | null;
  readonly onOpen: (row: Row) => void;
  readonly empty: ReactNode;
  /** tells whether the top of the list is in view */
  readonly onTop?: (top: boolean) => void;
}) {
  const id = useId();
  const density = useConsole((state) => state.settings.density);
  const rowHeight = rowHeights[density];
  const { now, look } = pages;
  const count = now.start + now.rows.length;
  const { frame, onScroll, from, to, reveal } = useRowWindow(rowHeight, count, (first, last) => {
    look(first, last);
    onTop?.(first === 0);
  });
  const [active, setActive] = useState(0);
  const template = columns.map(({ width }) => width).join(' ');

  const move = (index: number): void => {
    const next = Math.max(0, Math.min(count - 1, index));
    setActive(next);
    reveal(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, to - from - 6);
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
    else if (event.key === 'Enter' && row !== undefined && event.target === event.currentTarget) onOpen(row);
    else return;
    event.preventDefault();
  };

  const drawn = Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
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
        aria-activedescendant={drawn.includes(active) ? `${id}-${active}` : undefined}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" className="data-table__head">
          <div role="row" aria-rowindex={1} className="data-table__row" style={{ gridTemplateColumns: template }}>
            {columns.map(({ name, title, align }) => (
              <span key={name} role="columnheader" className={`data-table__cell ${align === 'end' ? 'number' : ''}`}>
                {title}
              </span>
            ))}
          </div>
        </div>
        {count === 0 ? (
          <div role="rowgroup">
            <EmptyRows state={now} onRetry={() => void pages.refresh()} columns={columns.length}>
              {empty}
            </EmptyRows>
          </div>
        ) : (
          <div role="rowgroup" className="data-table__all" style={{ height: count * rowHeight }}>
            {drawn.map((index) => {
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
                  style={{ gridTemplateColumns: template, transform: `translateY(${index * rowHeight}px)` }}
                  onClick={() => {
                    setActive(index);
                    if (row !== undefined) onOpen(row);
                  }}
                >
                  {columns.map(({ name, align, render }) => (
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
