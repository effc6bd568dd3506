/** Stands in the note of each job that somebody gave up. Migration 8 of SystemDB has it in an index. */
export const givenUpWords = 'skipped by ';

/** The note of a job that somebody gave up, and when. */
export function givenUpNote(operator: string, at: Date, reason: string): string {
  return `${givenUpWords}${operator} at ${timeText(at)}: ${reason}`;
}

/** The note of a job that somebody put back to be tried again, and when. */
export function putBackNote(operator: string, at: Date): string {
  return `put back by ${operator} at ${timeText(at)}`;
}

/** Whether somebody gave the job up; runs skip jobs as well, and say otherwise why. */
export function isGivenUp({ status, note }: { readonly status: string; readonly note: string | null }): boolean {
  return status === 'skipped' && (note ?? '').includes(givenUpWords);
}

/** What a person decided about a job: it is theirs, not that of the run that had tried it before. */
export interface JobDecision {
  readonly what: 'skipped' | 'put back';
  readonly by: string;
  /** ISO time */
  readonly at: string;
}

/** The decisions that the note of a job tells of, the oldest first; a note of before they had a time tells of the last skip alone. */
export function decisionsOf(job: {
  readonly status: string;
  readonly note: string | null;
  readonly executed_at: string | null;
}): readonly JobDecision[] {
  const note = job.note ?? '';
  const told = [...note.matchAll(/(?:^|; )(skipped|put back) by (.*?) at (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/g)].map(
    ([, what, by = '', day, time]): JobDecision => ({
      what: what === 'skipped' ? 'skipped' : 'put back',
      by,
      at: `${day ?? ''}T${time ?? ''}Z`,
    }),
  );
  if (told.length > 0 || !isGivenUp(job) || job.executed_at === null) return told;
  const by = note.slice(note.lastIndexOf(givenUpWords) + givenUpWords.length).split(': ')[0] ?? '';
  return [{ what: 'skipped', by, at: job.executed_at }];
}

/** Begins the note of a job that a full run made for a row which it could not write. */
export const foundWords = 'found by a full run; nobody knows whose change it was';
/** Names in it the last job that a change of the row had. */
export const lastKnownWords = 'the last change known of this row is job ';

/** Whether no change is behind the job: a full run found its row. */
export function isFound({ note }: { readonly note: string | null }): boolean {
  return note?.startsWith(foundWords) ?? false;
}

/** The id of the job of the last change that is known of such a row; null where none is. */
export function lastKnownJob({ note }: { readonly note: string | null }): string | null {
  if (note === null || !isFound({ note })) return null;
  return new RegExp(`^${foundWords}; ${lastKnownWords}(\\d+)`).exec(note)?.[1] ?? null;
}

function timeText(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
