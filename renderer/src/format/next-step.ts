/** What to do about a failure, as the page says it: where a button of the page does it, that comes first. */
export interface NextStep {
  /** in words of the page; null where it has nothing of its own for it */
  readonly here: string | null;
  /** where in the page that is, as a link */
  readonly to: string | null;
  /** the hint of the engine: as it is, or how the same is done in a terminal */
  readonly hint: string | null;
}

interface Way {
  readonly here: string;
  readonly to?: string;
}

const check: Way = { here: 'See Check: it names what is missing, with the SQL to grant it.', to: '#/check' };
const reach: Way = { here: 'See Check: it follows the way to each server hop by hop.', to: '#/check' };
const again: Way = { here: 'Preview it again, and apply that.' };

/** Of the codes whose hints name commands of the terminal. */
const ways: Readonly<Record<string, Way>> = {
  NOT_INITIALISED: { here: 'Choose Install … on the overview.', to: '#/overview?install=1' },
  RIGHTS_MISSING: check,
  CONNECT_FAILED: reach,
  CONNECTION_LOST: reach,
  REDIS_NOT_WRITABLE: check,
  TABLE_MISSING: check,
  COLUMN_MISSING: check,
  SCHEMA_CHANGED: check,
  STATEMENT_FAILED: check,
  DATASET_INVALID: {
    here: 'Discover datasets, or look under Datasets what is wrong with their definitions.',
    to: '#/datasets',
  },
  NEEDS_FULL_RUN: { here: 'Choose Full run … of the dataset on the overview.', to: '#/overview' },
  TARGET_RESET: { here: 'Choose Full run … of the dataset on the overview.', to: '#/overview' },
  DEFINITION_CHANGED: { here: 'Choose Full run … of the dataset on the overview.', to: '#/overview' },
  DELETES_WITHHELD: {
    here: 'Preview the dataset: there you see these deletes, approve them and apply.',
    to: '#/overview',
  },
  EMPTY_SOURCE: {
    here: 'Look at the source first. If it is meant to be empty, say so in a preview of the dataset and apply it.',
    to: '#/overview',
  },
  FAILED_EARLIER: {
    here: 'See why in the failed jobs of the queue; once that is mended, retry them there and sync.',
    to: '#/queue?status=failed',
  },
  ROW_ERROR_LIMIT: { here: 'See the row errors of the run; correct the rows or the definition, then sync again.' },
  VERIFICATION_FAILED: {
    here: 'Preview a full comparison of the dataset (its menu on the overview) to see these rows, and apply it.',
    to: '#/overview',
  },
  CHANGES_LOST: {
    here: 'Have the lost entries written again, then choose Take note … on the overview.',
    to: '#/overview',
  },
  LEASE_HELD: { here: 'See Runs; sync again when the other run has ended.', to: '#/runs?status=running' },
  RUN_UNKNOWN: {
    here: 'It may be a run of another environment: open that one. See the runs that are kept here.',
    to: '#/runs',
  },
  PLAN_EXPIRED: again,
  PLAN_EXCEEDED: again,
  PLAN_USED: again,
  PLAN_UNKNOWN: again,
};

const ofTerminal = /astro-sync |(?:^|\s)--[a-z]/;

/**
 * The engine speaks to people at a terminal; who looks at the page is told of its buttons, and of the command second.
 * @param code of the failure
 */
export function nextStep({ code, hint }: { readonly code: string; readonly hint: string | null }): NextStep {
  const way = hint !== null && ofTerminal.test(hint) && Object.hasOwn(ways, code) ? ways[code] : undefined;
  return way === undefined ? { here: null, to: null, hint } : { here: way.here, to: way.to ?? null, hint };
}

/** A warning of the engine as the page says it: by the name of its button, not of the command that does the same. */
export function inWordsOfPage(warning: string): string {
  return warning.replace('until astro-sync init', 'until Install … on the overview');
}
