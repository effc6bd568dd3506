import { hiddenValue } from '../../../shared/engine/hidden-value';
import type { Explanation } from '../../../shared/contract/methods/origins';
import type { ErrorDocument } from '../../../shared/engine/documents';
import { listJobs } from '../queue/list-jobs';
import type { Masks } from '../queue/mask-job';
import { searchQueue } from './bounded-search';
import { chosenDefinitions } from './context';
import type { EngineContext } from './context';
import { requireKey } from './entity-key';
import type { Entity } from './read-entity';

/** An entity of a dataset whose catalogs nobody has read yet, and cannot now: its history is all that is known. @throws SyncError USAGE where the key has other columns */
export async function unreadEntity(
  context: EngineContext,
  name: string,
  asked: string,
  masks: Masks,
  error: ErrorDocument,
): Promise<Entity> {
  const { source, target } = chosenDefinitions(context, [name])[0] ?? {};
  const jobs = await searchQueue(context, 'explain', (system) =>
    listJobs(system, { dataset: name, limit: 1, brief: true }, new Map([[name, []]])),
  );
  const names = source?.key ?? Object.keys(jobs[0]?.entity_key ?? { key: '' });
  const values = requireKey(name, asked, names);
  const key = Object.fromEntries(names.map((column, at) => [column, values[at] ?? '']));
  const masked = masks.get(name);
  const nothing = (database: string, available: boolean): Explanation['source'] => ({
    database,
    available,
    image: null,
    error,
  });
  const shown = {
    dataset: name,
    key: Object.fromEntries(
      Object.entries(key).map(([column, value]) => [column, masked?.includes(column) === false ? value : hiddenValue]),
    ),
    source: nothing(source?.database ?? '', source !== undefined && !('stream' in source)),
    target: nothing(target?.database ?? '', true),
    differs: [],
  };
  return { key, shown };
}
