/** A file system that is there answers sooner, also over a network. */
const longestMs = 10_000;

/**
 * What a file system answers, unless it does not. What was asked goes on: nothing can call it back.
 * @throws what `late` makes, after ten seconds
 */
export async function inGoodTime<T>(asked: Promise<T>, late: () => Error, ms = longestMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, ms);
  });
  try {
    return await Promise.race([asked, over]);
  } finally {
    clearTimeout(timer);
    asked.catch(() => undefined);
  }
}
