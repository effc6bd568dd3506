/**
 * Works one step ahead of its consumer: while one item is used, the next is made. An error shows where the consumer meets it.
 * `return` waits for the step that is under way.
 */
export function ahead<T>(items: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
  return (async function* () {
    let next = items.next();
    try {
      for (;;) {
        const current = await next;
        if (current.done === true) return;
        next = items.next();
        next.catch(() => undefined);
        yield current.value;
      }
    } finally {
      await next.catch(() => undefined);
      await items.return();
    }
  })();
}
