import type { Redis } from 'ioredis';

/** A card as CacheDB holds it, by field; null where there is none. */
export type Card = Readonly<Record<string, string>> | null;

/** The cards of some entities, by id. */
export async function readCards(
  cache: Redis,
  entity: 'launch' | 'booking',
  ids: readonly string[],
): Promise<ReadonlyMap<string, Card>> {
  const cards = await Promise.all(ids.map((id) => cache.hgetall(`${entity}:${id}`)));
  return new Map(
    ids.map((id, index) => {
      const card = cards[index] ?? {};
      return [id, Object.keys(card).length === 0 ? null : card];
    }),
  );
}

/** How many cards of that kind there are. */
export async function countCards(cache: Redis, entity: 'launch' | 'booking'): Promise<number> {
  // SCAN may give a key twice.
  const keys = new Set<string>();
  for await (const page of cache.scanStream({ match: `${entity}:*`, count: 5_000 })) {
    for (const key of page as string[]) keys.add(key);
  }
  return keys.size;
}
