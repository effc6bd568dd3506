import type { DatasetSummary } from '../../../shared/contract/methods/datasets';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { originOf } from '../dataset/load';

const longestName = 120;

/** What a list of datasets tells of one, from its definition alone: no server is asked. */
export function summaryOf(definition: DatasetDefinition): DatasetSummary {
  const { name, on_delete: onDelete } = definition;
  const origin = originOf(definition);
  return {
    name,
    job_type: definition.job_type ?? `${name}_sync`,
    entity_type: definition.entity ?? name,
    source: sourceOf(definition),
    target: targetOf(definition),
    on_delete: typeof onDelete === 'string' ? onDelete : 'mark',
    write: definition.write,
    inverse_of: definition.inverse_of ?? null,
    file: origin?.file ?? null,
    line: origin?.line ?? null,
  };
}

function sourceOf({ source }: DatasetDefinition): DatasetSummary['source'] {
  const { database } = source;
  if ('table' in source) return { database, engine: 'postgres', kind: 'table', name: source.table };
  if ('query' in source) return { database, engine: 'postgres', kind: 'query', name: firstLine(source.query) };
  return { database, engine: 'redis', kind: 'stream', name: `${source.stream} (${source.entity})` };
}

function targetOf({ target }: DatasetDefinition): DatasetSummary['target'] {
  const { database } = target;
  if ('table' in target) return { database, engine: 'postgres', kind: 'table', name: target.table };
  if ('hash' in target) return { database, engine: 'redis', kind: 'hash', name: target.hash };
  if ('json' in target) return { database, engine: 'redis', kind: 'json', name: target.json };
  return { database, engine: 'redis', kind: 'string', name: target.string };
}

function firstLine(query: string): string {
  const [line = ''] = query.trim().split('\n', 1);
  return line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line;
}
