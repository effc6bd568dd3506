import type { ErrorGroup } from '../../../../shared/contract/methods/runs';
import type { RowErrorRecord } from '../../../../shared/engine/reports';
import type { PagesSource } from '../../store/pages';
import { call } from '../../wire/call';

interface Of {
  readonly run: string;
  readonly dataset: string;
  readonly sqlstate: string;
  readonly column: string;
  readonly reason: string;
}

/** Names the list of rows of one cause. */
export function errorsKey(run: string, { dataset, sqlstate, column, reason }: ErrorGroup): string {
  return JSON.stringify({ run, dataset, sqlstate, column: column ?? '', reason } satisfies Of);
}

export function errorSource(key: string): PagesSource<RowErrorRecord> {
  const of = JSON.parse(key) as Of;
  return {
    idOf: ({ id }) => id,
    below: async (before) => {
      const { errors, more } = await call('runs.errors', { ...of, before, limit: 200 });
      return { rows: errors, more };
    },
  };
}
