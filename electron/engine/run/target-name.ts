import { quoteQualified } from '../connect/identifiers';
import type { ResolvedDataset } from '../dataset/resolved';

/** What a dataset writes to, inside its database: the relation, or the key template. The name under which `applied` knows it. */
export function targetName(dataset: ResolvedDataset): string {
  return dataset.target.engine === 'postgres' ? quoteQualified(dataset.target.table) : dataset.target.template;
}

/** The same across servers: the lease is keyed by it, whatever an environment calls the database. */
export function targetIdentity(dataset: ResolvedDataset, serverIdentity: string): string {
  return `${serverIdentity}/${targetName(dataset)}`;
}

/** The same inside one environment: the checkpoint is keyed by it, so that another server under an old name is noticed. */
export function checkpointTarget(dataset: ResolvedDataset): string {
  return `${dataset.target.database}/${targetName(dataset)}`;
}
