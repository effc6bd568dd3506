import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorGroup } from '../../../../shared/contract/methods/runs';
import type { RowErrorRecord } from '../../../../shared/engine/reports';
import { DataTable } from '../../components/data-table';
import type { Column } from '../../components/data-table-rows';
import { usePages } from '../../components/use-pages';
import type { PagesState } from '../../store/pages';
import { KeyCell } from '../../components/key-cell';
import { errorSource, errorsKey } from './error-source';
import { RowErrorDetail } from './row-error-detail';

const columns: readonly Column<RowErrorRecord>[] = [
  {
    name: 'key',
    title: 'Key',
    width: 'minmax(120px, 1fr)',
    render: ({ key }) => <KeyCell value={key} />,
  },
  { name: 'operation', title: 'Operation', width: '80px', yields: 2, render: ({ operation }) => operation },
  {
    name: 'value',
    title: 'Value',
    width: 'minmax(80px, 1fr)',
    yields: 1,
    render: ({ value }) => (value === null ? <span className="faint">–</span> : <code title={value}>{value}</code>),
  },
  {
    name: 'reason',
    title: 'Reason',
    width: 'minmax(150px, 3fr)',
    render: ({ reason }) => <span title={reason.slice(0, 500)}>{reason}</span>,
  },
];

/** As high as its rows with the head: a single one leaves no empty room below it. */
function heightOf({ start, rows, more }: PagesState<RowErrorRecord>): string {
  const count = more || rows.length === 0 ? 10 : start + rows.length;
  return `calc(${count + 1} * (var(--row) + 1px) + 3px)`;
}

/** The rows of one cause. */
export function RowErrors({ run, group }: { readonly run: string; readonly group: ErrorGroup }) {
  const pages = usePages(errorsKey(run, group), errorSource);
  const top = useRef(true);
  const read = useRef(group.count);
  const { refresh } = pages;
  useEffect(() => {
    // Who reads further down is not taken back to the top.
    if (read.current === group.count || !top.current) return;
    read.current = group.count;
    void refresh();
  }, [group.count, refresh]);
  const onTop = useCallback((now: boolean) => {
    top.current = now;
  }, []);
  const [row, setRow] = useState<RowErrorRecord | null>(null);
  return (
    <div className="stack">
      <div className="row-errors" style={{ height: `min(46vh, ${heightOf(pages.now)})`, minHeight: 0 }}>
        <DataTable
          label={`Rows of ${group.dataset} that failed`}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          chosen={row?.id ?? null}
          onOpen={setRow}
          onTop={onTop}
          empty={<p className="lines__empty">No row of this cause is kept.</p>}
        />
      </div>
      {row === null ? (
        <p className="small soft">Choose a row to see both sides and its history.</p>
      ) : (
        <RowErrorDetail key={row.id} error={row} onClose={() => setRow(null)} />
      )}
    </div>
  );
}
