import { memo } from 'react';
import type { ReactNode } from 'react';
import type { PagesState } from '../store/pages';
import { ErrorState } from './error-state';
import { SkeletonRows } from './skeleton';

/** Pixels; as --row in tokens.css. */
export const rowHeights = { comfortable: 34, compact: 28 } as const;

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

interface BodyRowProps<Row> {
  readonly id: string;
  readonly index: number;
  /** pixels from the first row */
  readonly top: number;
  /** undefined: not read yet */
  readonly row: Row | undefined;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly active: boolean;
  readonly chosen: boolean;
}

function DrawnRow<Row>({ id, index, top, row, columns, template, active, chosen }: BodyRowProps<Row>) {
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      className={`data-table__row data-table__row--body ${active ? 'data-table__row--active' : ''}`}
      style={{ gridTemplateColumns: template, transform: `translateY(${top}px)` }}
    >
      {columns.map(({ name, align, render }) => (
        <span key={name} role="gridcell" className={`data-table__cell cut ${align === 'end' ? 'number' : ''}`}>
          {row === undefined ? '…' : render(row)}
        </span>
      ))}
    </div>
  );
}

/** A row of a table: drawn again only where something of its own has changed, since scrolling draws the table many times a second. */
export const BodyRow = memo(DrawnRow) as typeof DrawnRow;

/** What a table shows that has no row: that it is read, that it could not be read, or that there is none. */
export function EmptyRows({
  state,
  onRetry,
  columns,
  children,
}: {
  readonly state: PagesState<unknown>;
  readonly onRetry: () => void;
  readonly columns: number;
  readonly children: ReactNode;
}) {
  return (
    <div role="row">
      <div role="gridcell" aria-colspan={columns} className="data-table__empty">
        {content(state, onRetry, children)}
      </div>
    </div>
  );
}

function content(state: PagesState<unknown>, onRetry: () => void, empty: ReactNode): ReactNode {
  if (state.failure !== null) {
    return (
      <div className="data-table__failure">
        <ErrorState
          title="The rows could not be read"
          failure={state.failure}
          onRetry={onRetry}
          loading={state.loading}
        />
      </div>
    );
  }
  return state.first || state.loading ? <SkeletonRows rows={12} /> : empty;
}
