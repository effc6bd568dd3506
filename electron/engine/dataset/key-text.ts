import type { EntityKey } from '../run/driver';

/** A key as one text, for sets and maps; two keys have the same text only when they are the same. */
export function keyText(key: EntityKey): string {
  return JSON.stringify(key);
}

/** The key that keyText was made of. */
export function keyOfText(text: string): EntityKey {
  return JSON.parse(text) as EntityKey;
}
