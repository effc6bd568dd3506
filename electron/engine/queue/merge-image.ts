/** What one stream entry said of an entity. */
export interface RecordedImage {
  readonly operation: string;
  readonly values: Readonly<Record<string, string | null>> | null;
}

/**
 * The latest values of an entity from its entries in order: an update adds to what was there, a delete ends it, an insert starts
 * anew. null: the entity is gone.
 */
export function mergeImage(entries: readonly RecordedImage[]): Record<string, string | null> | null {
  let image: Record<string, string | null> | null = null;
  for (const { operation, values } of entries) {
    if (operation === 'delete') image = null;
    else if (operation === 'insert') image = { ...values };
    else image = { ...(image ?? {}), ...values };
  }
  return image;
}
