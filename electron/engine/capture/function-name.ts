/** The beginning of the names of a captured table's trigger functions, in schema astro_sync; the event follows. @param relation its oid */
export function captureFunctionName(relation: string): string {
  return `capture_${relation}`;
}

/** The function for one event. */
export function eventFunctionName(functionName: string, event: string): string {
  return `${functionName}_${event}`;
}
