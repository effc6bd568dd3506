/** The name of a captured table's trigger function, in schema astro_sync. @param relation its oid */
export function captureFunctionName(relation: string): string {
  return `capture_${relation}`;
}
