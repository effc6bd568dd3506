import type { Environment } from '../connect/environment';
import { SyncError } from '../errors';
import type { ResolvedDataset } from './resolved';
import { parseTemplate, templatesOverlap } from './template';

interface Claim {
  readonly dataset: string;
  /** Where the Redis is, so that two names of one server are one. */
  readonly place: string;
  readonly text: string;
}

/** Keys of the sync itself: checkpoints, streams, temporary keys. */
const ownTemplate = 'astro_sync:{anything}';
const ownPrefix = 'astro_sync:';

/**
 * Finds datasets whose Redis keys could meet: each key must have one writer and one meaning. Sorted sets and sets are claims
 * like cards are; a key of the sync itself is nobody's.
 * @returns one TEMPLATES_OVERLAP for each pair, under the later dataset's name
 */
export function findOverlaps(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
): { readonly dataset: string; readonly error: SyncError }[] {
  const found: { readonly dataset: string; readonly error: SyncError }[] = [];
  const claims: Claim[] = [];
  for (const dataset of datasets) {
    for (const claim of claimsOf(environment, dataset)) {
      const other = claims.find((earlier) => earlier.place === claim.place && overlap(earlier.text, claim.text));
      if (claim.text.startsWith(ownPrefix) || overlap(claim.text, ownTemplate))
        found.push(problem(claim, { ...claim, dataset: 'the sync itself', text: 'astro_sync:*' }));
      else if (other !== undefined) found.push(problem(claim, other));
      claims.push(claim);
    }
  }
  return found;
}

function claimsOf(environment: Environment, { name, target }: ResolvedDataset): Claim[] {
  if (target.engine !== 'redis') return [];
  const { host, port, db } = environment.redis(target.database).config;
  const place = `${host}:${String(port)}/${String(db)}`;
  return [target.template, ...target.indexes.map((index) => index.template)].map((text) => ({
    dataset: name,
    place,
    text,
  }));
}

function overlap(a: string, b: string): boolean {
  return templatesOverlap(parseTemplate(a), parseTemplate(b));
}

function problem(claim: Claim, other: Claim): { readonly dataset: string; readonly error: SyncError } {
  const whose =
    other.dataset === claim.dataset
      ? 'the same dataset'
      : other.dataset === 'the sync itself'
        ? other.dataset
        : `dataset "${other.dataset}"`;
  return {
    dataset: claim.dataset,
    error: new SyncError(
      'TEMPLATES_OVERLAP',
      `Dataset "${claim.dataset}": keys of its template "${claim.text}" could be keys of "${other.text}" of ${whose}`,
      {
        hint: 'Begin each template with a prefix of its own that ends in a colon.',
        details: { dataset: claim.dataset, template: claim.text, other: other.text },
      },
    ),
  };
}
