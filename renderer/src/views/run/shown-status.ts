const over: readonly string[] = ['succeeded', 'partial', 'failed', 'cancelled', 'interrupted'];

export const isOver = (status: string): boolean => over.includes(status);

/**
 * A record that says it is over is believed before an event that came late; and an event that says so waits for the record, so that
 * the end of the run and of its datasets are shown together.
 */
export function shownStatus(record: string, told: string | null): string {
  return isOver(record) || told === null || isOver(told) ? record : told;
}
