import type { Client } from 'pg';
import type { Policy } from './policy';

/** Two connections between which a dataset is compared; one statement at a time on each. */
export interface Comparison {
  readonly policy: Policy;
  /** Inside the run's snapshot. */
  readonly source: Client;
  readonly target: Client;
  /** Enters the snapshot anew after a statement on the source has failed. */
  readonly restoreSource: () => Promise<void>;
}
