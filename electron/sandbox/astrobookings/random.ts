/** A source of reproducible random choices: the same seed gives the same choices, on every platform. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the names, each as likely as its weight. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T;
}

/**
 * Random choices for one purpose: each table has its own, so that a change in one does not shift all others.
 * Generator: mulberry32 by Tommy Ettinger (public domain); the seed is mixed with the purpose by FNV-1a (Fowler, Noll, Vo).
 */
export function randomFor(seed: number, purpose: string): Random {
  let state = fnv1a(`${String(seed)}/${purpose}`);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    next,
    between: (least, most) => least + below(most - least + 1),
    pick: (choices) => {
      const choice = choices[below(choices.length)];
      if (choice === undefined) throw new RangeError('there is nothing to choose from');
      return choice;
    },
    chance: (probability) => next() < probability,
    weighted: (weights) => {
      const names = Object.keys(weights) as (keyof typeof weights)[];
      let left = next() * names.reduce((sum, name) => sum + weights[name], 0);
      const chosen = names.find((name) => (left -= weights[name]) < 0) ?? names.at(-1);
      if (chosen === undefined) throw new RangeError('there is nothing to choose from');
      return chosen;
    },
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
