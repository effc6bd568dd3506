/** What the sync keeps for itself in a Redis begins with this. */
export const controlPrefix = 'astro_sync:';

/** The uuid that a Redis was given at installation. */
export const identityKey = 'astro_sync:identity';

/** The stream that writers of the cache append their changes to, where a dataset does not name another. */
export const changeStream = 'astro_sync:changes';

/** Tells the loss of entries that is being recorded from every other of this stream, until it is over. */
export function lossKey(stream: string): string {
  return `${controlPrefix}loss:${stream}`;
}

/** The consumer group of the sync, and its one consumer: what a killed reader had is read again by the next. */
export const consumerGroup = 'astro_sync';
export const consumerName = 'relay';
