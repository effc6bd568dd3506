import { expect, test, vi } from 'vitest';
import { createPages, heldAtMost } from './pages';

const pageSize = 500;
const last = 9_999;
const page = (ids: readonly number[], more: boolean) => Promise.resolve({ rows: ids.map(String), more });
const range = (from: number, length: number) => Array.from({ length }, (_, index) => from + index);

/** Rows 0, 1, 2 … in this order, read like a queue: by the id of a neighbour. */
function list() {
  return createPages<string>({
    idOf: (row) => row,
    below: (id) => {
      const from = id === null ? 0 : Number(id) + 1;
      return page(range(from, Math.min(pageSize, last + 1 - from)), from + pageSize <= last);
    },
    above: (id) => {
      const length = Math.min(pageSize, Number(id));
      return page(range(Number(id) - length, length).reverse(), Number(id) > length);
    },
  });
}

async function scroll(pages: ReturnType<typeof list>, to: number): Promise<void> {
  pages.look(to, to + 30);
  await vi.waitFor(() => {
    expect(pages.state().loading).toBe(false);
  });
}

/** What stands at each held index must be the row of that number, however it was reached. */
function expectInPlace({ start, rows }: { readonly start: number; readonly rows: readonly string[] }): void {
  expect(rows).toEqual(range(start, rows.length).map(String));
}

test('reads on as the end comes near, and holds no more than a bounded part of a long list', async () => {
  const pages = list();
  for (let index = 0; index < 8000; index += 400) await scroll(pages, index);
  const state = pages.state();
  expect(state.rows).toHaveLength(heldAtMost);
  expect(state.start).toBeGreaterThan(3000);
  expectInPlace(state);
});

test('comes back to where it was when scrolled up again, row by row at the same index', async () => {
  const pages = list();
  for (let index = 0; index < 8000; index += 400) await scroll(pages, index);
  while (pages.state().start > 0) await scroll(pages, pages.state().start - 1);
  expect(pages.state().rows[0]).toBe('0');
  expectInPlace(pages.state());
  expect(pages.state().more).toBe(true);
});

test('says that nothing more follows at the end', async () => {
  const pages = list();
  for (let index = 0; index <= last; index += 400) await scroll(pages, index);
  expect(pages.state().more).toBe(false);
  expect(pages.state().rows.at(-1)).toBe(last.toString());
});

test('an answer that comes after a newer question is dropped', async () => {
  const answers: ((rows: string[]) => void)[] = [];
  const pages = createPages<string>({
    idOf: (row) => row,
    below: () => new Promise((answer) => answers.push((rows) => answer({ rows, more: false }))),
  });
  const old = pages.refresh();
  const fresh = pages.refresh();
  answers[1]?.(['new']);
  answers[0]?.(['old']);
  await Promise.all([old, fresh]);
  expect(pages.state().rows).toEqual(['new']);
});

test('tells of a failure and keeps what it has', async () => {
  let fails = false;
  const pages = createPages<string>({
    idOf: (row) => row,
    below: () => (fails ? Promise.reject(new Error('gone')) : page([1, 2, 3], true)),
  });
  await pages.refresh();
  fails = true;
  await pages.refresh();
  expect(pages.state()).toMatchObject({ rows: ['1', '2', '3'], failure: { message: 'gone' }, loading: false });
  const again = pages.refresh();
  // A list that is read every other second says so all the while, until it was read.
  expect(pages.state()).toMatchObject({ failure: { message: 'gone' }, loading: true });
  fails = false;
  await again;
  await pages.refresh();
  expect(pages.state()).toMatchObject({ failure: null, loading: false });
});

test('a list that grows at its end is read on from its last row', async () => {
  let length = 3;
  const pages = createPages<string>({
    idOf: (row) => row,
    below: (id) => {
      const from = id === null ? 0 : Number(id) + 1;
      return page(range(from, length - from), false);
    },
  });
  await pages.refresh();
  length = 5;
  await pages.readOn();
  expect(pages.state().rows).toEqual(['0', '1', '2', '3', '4']);
});
