import { insertJobs } from '../../bench/queue-jobs';

/** Changes of a time, which came into the queue only now. @param at SQL of the time */
export const changesOf = (after: number, count: number, at: string): string =>
  insertJobs(after, count)
    .replace(/timestamptz '2026-07-01Z' [^)]*\) \* interval '2 seconds'/u, at)
    .replace("jsonb_build_object('id', i::text), at,", "jsonb_build_object('id', i::text), now(),");
