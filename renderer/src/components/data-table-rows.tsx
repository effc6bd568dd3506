import type { ReactNode } from 'react';
import type { PagesState } from '../store/pages';
import { ErrorState } from './error-state';
import { SkeletonRows } from './skeleton';

/** Pixels; as --row in tokens.css. */
export const rowHeights = { comfortable: 34, compact: 28 } as const;

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
