/** What one stream entry said of an entity. */
export interface RecordedImage {
  readonly operation: string;
  readonly values: Readonly<Record<string, string | null>> | null;
}

/**
 * The latest values of an entity from its entries in order: an update adds to what was there, a delete ends it, an insert starts
 * anew. Values null: the entity is gone. anew: it was gone in between, so that nothing of an earlier row belongs to it.
 */
export function mergeImage(entries: readonly RecordedImage[]): {
  readonly values: Record<string, string | null> | null;
  readonly anew: boolean;
} {
  let image: Record<string, string | null> | null = null;
  let anew = false;
  for (const { operation, values } of entries) {
    anew ||= operation === 'delete';
    if (operation === 'delete') image = null;
    else if (operation === 'insert') image = { ...values };
    else image = { ...(image ?? {}), ...values };
  }
  return { values: image, anew: anew && image !== null };
}
