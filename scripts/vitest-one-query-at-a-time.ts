import pg from 'pg';
import { afterAll, expect } from 'vitest';

// From version 9 on, a client of pg takes one query at a time. Until then a second one waits behind the first, and at a third whoever
// uses the program reads a warning. Here the third fails the test file, and says where it was asked; a second one may be the ROLLBACK
// of whoever gave up waiting for the first.

/** What a client of version 8 knows of itself and does not declare. */
interface Asked {
  readonly _queryQueue: readonly unknown[];
}

const overlapping: string[] = [];
const query = Reflect.get(pg.Client.prototype, 'query') as (...given: unknown[]) => unknown;

Object.assign(pg.Client.prototype, {
  query(this: pg.Client & Asked, ...given: unknown[]): unknown {
    if (this._queryQueue.length > 0) overlapping.push(new Error('').stack ?? '');
    return query.apply(this, given);
  },
});

afterAll(() => {
  expect(overlapping.slice(0, 3), 'asked while another query waited for the client').toEqual([]);
});
