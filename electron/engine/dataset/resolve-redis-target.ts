import type { IndexDefinition } from '../../../shared/definitions/dataset';
import { findColumn, columnMissing } from './find-column';
import type { ColumnType, RedisIndex, ResolvedRedisTarget } from './resolved';
import type { DraftColumn } from './resolve-columns';
import { parseTemplate, templateColumns } from './template';
import { datasetError } from './workbench';
import type { Workbench } from './workbench';

const dates: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz']);
const numbers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']);

/**
 * Resolves a Redis target: templates name columns of the projection, and the entity's own template names its key, no more and no
 * less, so that the key alone tells which Redis key it is.
 * @throws SyncError TEMPLATE_INVALID, DATASET_INVALID
 */
export function resolveRedisTarget(
  bench: Workbench,
  drafts: readonly DraftColumn[],
  key: readonly DraftColumn[],
): ResolvedRedisTarget {
  const { target } = bench.definition;
  if ('table' in target)
    throw datasetError(
      bench,
      'DATASET_INVALID',
      `database "${target.database}" is Redis: its target is hash, json or string`,
    );
  bench.environment.redis(target.database);
  const kind = 'hash' in target ? 'hash' : 'json' in target ? 'json' : 'string';
  const text = 'hash' in target ? target.hash : 'json' in target ? target.json : target.string;
  const template = canonical(bench, drafts, text);
  const named = templateColumns(parseTemplate(template));
  const wanted = key.map((draft) => draft.name);
  if (named.length !== wanted.length || wanted.some((name) => !named.includes(name))) {
    bench.problem(
      datasetError(
        bench,
        'TEMPLATE_INVALID',
        `the template "${text}" has to name the key's columns and no others: ${wanted.map((name) => `{${name}}`).join(', ')}`,
        'Declare another key, or change the template.',
      ),
    );
  }
  if (typeof bench.definition.on_delete !== 'string' && kind === 'string') {
    bench.problem(
      datasetError(
        bench,
        'DATASET_INVALID',
        'a string has no field that could be marked',
        'Use on_delete: delete or keep.',
      ),
    );
  }
  return {
    engine: 'redis',
    database: target.database,
    kind,
    template,
    value: 'value' in target ? column(bench, drafts, target.value, 'target.value').name : null,
    indexes: (target.indexes ?? []).map((index) => resolveIndex(bench, drafts, index)),
    ttl: target.ttl ?? null,
    adopt: target.adopt ?? false,
  };
}

function resolveIndex(bench: Workbench, drafts: readonly DraftColumn[], index: IndexDefinition): RedisIndex {
  const kind = 'set' in index ? 'set' : 'zset' in index ? 'zset' : 'string';
  const text = 'set' in index ? index.set : 'zset' in index ? index.zset : index.string;
  const member = column(bench, drafts, 'value' in index ? index.value : index.member, `index ${text}`).name;
  return {
    kind,
    template: canonical(bench, drafts, text),
    member,
    score: 'score' in index ? scoreOf(bench, column(bench, drafts, index.score, `index ${text}`)) : null,
  };
}

function scoreOf(bench: Workbench, draft: DraftColumn): { readonly column: string; readonly epoch: boolean } {
  const { sourceType }: { readonly sourceType: ColumnType } = draft;
  const known = sourceType.builtin && sourceType.element === null;
  if (known && dates.has(sourceType.base)) return { column: draft.name, epoch: true };
  if (!known || !numbers.has(sourceType.base)) {
    bench.problem(
      datasetError(
        bench,
        'TYPE_INCOMPATIBLE',
        `the score "${draft.name}" is ${sourceType.sql}`,
        'A score is a number, a date or a timestamp.',
        { column: draft.name },
      ),
    );
  }
  return { column: draft.name, epoch: false };
}

/** The template with the projection's own names in its braces. */
function canonical(bench: Workbench, drafts: readonly DraftColumn[], text: string): string {
  return parseTemplate(text)
    .map((part) =>
      typeof part === 'string' ? part : `{${column(bench, drafts, part.column, `template ${text}`).name}}`,
    )
    .join('');
}

function column(bench: Workbench, drafts: readonly DraftColumn[], name: string, where: string): DraftColumn {
  const found = findColumn(drafts, name);
  if (found === undefined) throw columnMissing(bench.definition.name, name, `the projection (${where})`, drafts);
  return found;
}
