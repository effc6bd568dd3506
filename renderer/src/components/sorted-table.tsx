import { Fragment, useMemo } from 'react';
import type { ReactNode } from 'react';
import { createSortedRowModel, rowSortingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import type { ColumnDef, SortFn } from '@tanstack/react-table';
import { ArrowDown, ArrowUp } from 'lucide-react';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
type Features = typeof features;

export interface SortedColumn<Row> {
  readonly name: string;
  readonly title: ReactNode;
  readonly align?: 'end';
  /** goes on the cells of this column */
  readonly className?: string;
  /** What rows are sorted by; null stands last. Without it the column cannot be sorted by. */
  readonly value?: (row: Row) => string | number | null;
  readonly render: (row: Row) => ReactNode;
}

/** Numbers by size, text as people sort it: `b2` before `b10`. */
function byValue<Row extends object>(...[a, b, column]: Parameters<SortFn<Features, Row>>): number {
  const left = a.getValue<string | number>(column);
  const right = b.getValue<string | number>(column);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right), 'en', { numeric: true });
}

/**
 * A table that is held whole: some hundred rows at most. A click on a title sorts by that column, two more go back to the order in which
 * the rows came.
 */
export function SortedTable<Row extends object>({
  label,
  columns,
  rows,
  idOf,
  below,
  foot,
  className = '',
}: {
  readonly label: string;
  readonly columns: readonly SortedColumn<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  /** stands below a row over its whole width; null for nothing */
  readonly below?: (row: Row) => ReactNode;
  readonly foot?: ReactNode;
  readonly className?: string;
}) {
  const definitions = useMemo(
    () =>
      columns.map(({ name, value }): ColumnDef<Features, Row> => ({
        id: name,
        accessorFn: (row) => value?.(row) ?? undefined,
        enableSorting: value !== undefined,
        sortFn: byValue,
        sortUndefined: 'last',
      })),
    [columns],
  );
  const table = useTable({ features, columns: definitions, data: rows, getRowId: idOf, enableMultiSort: false });
  return (
    <table className={`table ${className}`} aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ name, title, align }) => {
            const column = table.getColumn(name);
            const sorted = column?.getIsSorted() ?? false;
            return (
              <th
                key={name}
                className={align === 'end' ? 'number' : undefined}
                aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
              >
                {column?.getCanSort() === true ? (
                  <button type="button" className="table__sort" onClick={() => column.toggleSorting()}>
                    {title}
                    {sorted === false ? null : sorted === 'asc' ? (
                      <ArrowUp size={12} aria-hidden />
                    ) : (
                      <ArrowDown size={12} aria-hidden />
                    )}
                  </button>
                ) : (
                  title
                )}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {table.getRowModel().rows.map(({ id, original }) => {
          const more = below?.(original) ?? null;
          return (
            <Fragment key={id}>
              <tr>
                {columns.map(({ name, align, className: look = '', render }) => (
                  <td key={name} className={`${align === 'end' ? 'number' : ''} ${look}`}>
                    {render(original)}
                  </td>
                ))}
              </tr>
              {more === null ? null : (
                <tr>
                  <td colSpan={columns.length}>{more}</td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
      {foot === undefined ? null : <tfoot>{foot}</tfoot>}
    </table>
  );
}
