import pg from 'pg';
import { afterAll, expect } from 'vitest';

// From version 9 on, a client of pg takes one query at a time. Until then a second one waits behind the first, and at a third whoever
// uses the program reads a warning. Here the second fails the test file, and says where it was asked.

/** What a client of version 8 knows of itself and does not declare. */
interface Asked {
  readonly _queryQueue: readonly unknown[];
  readonly _getActiveQuery: () => object | null | undefined;
}

const overlapping: string[] = [];
const query = Reflect.get(pg.Client.prototype, 'query') as (...given: unknown[]) => unknown;

Object.assign(pg.Client.prototype, {
  query(this: pg.Client & Asked, ...given: unknown[]): unknown {
    const busy = this._queryQueue.length > 0 || (this._getActiveQuery() ?? null) !== null;
    if (busy) overlapping.push(new Error('').stack ?? '');
    return query.apply(this, given);
  },
});

afterAll(() => {
  expect(overlapping.slice(0, 3), 'asked while the client was at another query').toEqual([]);
});
