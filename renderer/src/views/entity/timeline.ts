import type { Explanation } from '../../../../shared/contract/methods/origins';
import type { Job } from '../../../../shared/engine/documents';
import { decisionsOf, isGivenUp } from '../../../../shared/engine/job-notes';
import type { JobDecision } from '../../../../shared/engine/job-notes';
import type { RowErrorRecord } from '../../../../shared/engine/reports';

export type EntityEvent =
  | { readonly what: 'change'; readonly id: string; readonly at: string; readonly job: Job }
  | { readonly what: 'error'; readonly id: string; readonly at: string; readonly error: RowErrorRecord }
  /** a run settled these jobs of a dataset */
  | {
      readonly what: 'run';
      readonly id: string;
      readonly at: string;
      readonly run: string;
      readonly dataset: string;
      readonly jobs: readonly Job[];
    }
  /** a person skipped these jobs of a dataset, or put them back */
  | {
      readonly what: 'decision';
      readonly id: string;
      readonly at: string;
      readonly decision: JobDecision;
      readonly dataset: string;
      readonly jobs: readonly Job[];
    }
  | {
      readonly what: 'verification';
      readonly id: string;
      readonly at: string;
      readonly verification: Explanation['verifications'][number];
    };

type Known = Pick<Explanation, 'jobs' | 'errors' | 'verifications'>;

/** What happened to an entity, by time, the newest first; what two pages have in common stands once. */
export function timeline(pages: readonly Known[]): EntityEvent[] {
  const events = new Map<string, EntityEvent>();
  const settled = new Map<string, Job[]>();
  const decided = new Map<string, { readonly decision: JobDecision; readonly jobs: Job[] }>();
  for (const { jobs, errors, verifications } of pages) {
    for (const job of jobs) {
      const id = `job ${job.id}`;
      if (events.has(id)) continue;
      events.set(id, { what: 'change', id, at: job.data.origin.at, job });
      for (const decision of decisionsOf(job)) {
        const own = JSON.stringify([decision.what, decision.by, decision.at, job.dataset]);
        decided.set(own, { decision, jobs: [...(decided.get(own)?.jobs ?? []), job] });
      }
      // What somebody skipped keeps the run that had tried it.
      if (job.run === null || job.executed_at === null || isGivenUp(job)) continue;
      const run = JSON.stringify([job.run, job.dataset]);
      settled.set(run, [...(settled.get(run) ?? []), job]);
    }
    for (const error of errors)
      events.set(`error ${error.id}`, { what: 'error', id: `error ${error.id}`, at: error.at, error });
    for (const verification of verifications) {
      const id = `verified ${verification.run} ${verification.dataset}`;
      events.set(id, { what: 'verification', id, at: verification.at, verification });
    }
  }
  for (const [id, jobs] of settled) {
    const at =
      jobs
        .map(({ executed_at: time }) => time ?? '')
        .sort()
        .at(-1) ?? '';
    const [job] = jobs;
    events.set(id, { what: 'run', id, at, run: job?.run ?? '', dataset: job?.dataset ?? '', jobs });
  }
  for (const [id, { decision, jobs }] of decided)
    events.set(id, { what: 'decision', id, at: decision.at, decision, dataset: jobs[0]?.dataset ?? '', jobs });
  return [...events.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || rank(b) - rank(a));
}

/** At the same time what follows stands above what it follows from. */
function rank({ what }: EntityEvent): number {
  return ['change', 'error', 'run', 'decision', 'verification'].indexOf(what);
}
