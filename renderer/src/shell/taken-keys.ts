/** A command as far as its keys go. */
export interface Keyed {
  readonly id: string;
  readonly text: string;
  readonly keys: string | null;
}

const begins = (one: string, other: string): boolean => one === other || one.startsWith(`${other} `);

/**
 * The other command that those keys would start, or whose first key they are (or the other way round): one of the two could not be
 * reached any more. null where they are free.
 */
export function takenBy(id: string, keys: string, all: readonly Keyed[]): Keyed | null {
  if (keys === '') return null;
  return (
    all.find(({ id: other, keys: its }) => other !== id && its !== null && (begins(its, keys) || begins(keys, its))) ??
    null
  );
}
