import type { Explanation } from '../../../shared/contract/methods/origins';
import { SyncError } from '../errors';
import { errorDocument } from '../run/document';
import type { EngineContext } from './context';
import { requireKey } from './entity-key';
import { readTimeline } from './entity-timeline';
import { lastResolved } from './last-resolved';
import { masksFrom } from './masks';
import { prepareDatasets } from './prepare';
import { readEntity } from './read-entity';
import { relatedEntities } from './related-datasets';
import { unreadEntity } from './unread-entity';

/**
 * Everything that is known of one entity: how it is now on both sides, in this dataset and those that share its table, stream or cards;
 * what was changed in any of them, what became of it, and what failed, as one history. Values of masked columns are hidden. A stream
 * keeps no image; a side that cannot be read now says why. Where its server is away, the other side is read as the catalogs last were, and
 * where they were never read, the history alone is shown.
 * @param key the one value, or {"column": "value"}
 * @param before ISO time: only what was changed or failed before then
 * @throws SyncError DATASET_UNKNOWN, what is wrong with the definition, USAGE where the key has other columns, CONNECT_FAILED of SystemDB
 */
export async function explain(
  context: EngineContext,
  name: string,
  key: string,
  before?: string,
): Promise<Explanation> {
  const prepared = await prepareDatasets(context, [name]);
  const problem = prepared.problems.get(name);
  if (problem !== undefined && problem.code !== 'CONNECT_FAILED') throw problem;
  const { definitions } = context;
  const { problems } = prepared.everything;
  const isAway = (other: string): boolean => problems.get(other)?.code === 'CONNECT_FAILED';
  const all = [
    ...prepared.everything.resolved.filter((each) => !isAway(each.name)),
    ...definitions.flatMap((each) => (isAway(each.name) ? (lastResolved(definitions, each.name) ?? []) : [])),
  ];
  const masks = masksFrom(definitions, all);
  const dataset = all.find((each) => each.name === name);
  if (dataset === undefined) {
    const unread = await unreadEntity(context, name, key, masks, errorDocument(problem ?? unknown(name)));
    return { ...unread.shown, others: [], ...(await readTimeline(context, [unread], masks, before)) };
  }
  const names = dataset.key.map((column) => column.name);
  const own = await readEntity(context, dataset, requireKey(name, key, names));
  const sound = all.filter((each) => !problems.has(each.name) || isAway(each.name));
  const related = relatedEntities(sound, dataset, Object.values(own.key));
  const others = await Promise.all(related.map((other) => readEntity(context, other.dataset, other.key)));
  const history = await readTimeline(context, [own, ...others], masks, before);
  return { ...own.shown, others: others.map(({ shown }) => shown), ...history };
}

function unknown(name: string): SyncError {
  return new SyncError('INTERNAL', `Dataset "${name}" could not be read`);
}
