/** Stands in the note of each job that somebody gave up. Migration 8 of SystemDB has it in an index. */
export const givenUpWords = 'skipped by ';

/** The note of a job that somebody gave up. */
export function givenUpNote(operator: string, reason: string): string {
  return `${givenUpWords}${operator}: ${reason}`;
}

/** Whether somebody gave the job up; runs skip jobs as well, and say otherwise why. */
export function isGivenUp({ status, note }: { readonly status: string; readonly note: string | null }): boolean {
  return status === 'skipped' && (note ?? '').includes(givenUpWords);
}
