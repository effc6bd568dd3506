import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { Environment } from '../connect/environment';
import { nearNamesHint } from '../connect/near-names';
import { SyncError } from '../errors';
import { openCatalogs } from './catalogs';
import { columnMissing, findColumn } from './find-column';
import { fingerprintOf } from './fingerprint';
import { halfMasked } from './half-masked';
import { findOverlaps } from './refuse-overlaps';
import type { ProjectedColumn, ResolvedDataset, Table } from './resolved';
import { resolveColumns } from './resolve-columns';
import type { DraftColumn } from './resolve-columns';
import { resolveDependencies } from './resolve-dependencies';
import { resolveKey } from './resolve-key';
import { readTargetTable, refuseSameRelation, resolvePostgresTarget } from './resolve-postgres-target';
import { resolveRedisTarget } from './resolve-redis-target';
import { checkReads } from './resolve-reads';
import { checkCondition, resolvePostgresSource, resolveStreamSource } from './resolve-source';
import type { SourceFacts } from './resolve-source';
import { mentionedColumns } from './sql-references';
import { datasetError } from './workbench';
import type { Workbench } from './workbench';

export interface Resolution {
  /** Datasets without a problem, in the order of their definitions. */
  readonly resolved: readonly ResolvedDataset[];
  /** Everything that is wrong, in the order of the definitions. */
  readonly problems: readonly { readonly dataset: string; readonly error: SyncError }[];
  /** What works and should be known. */
  readonly warnings: readonly { readonly dataset: string; readonly text: string }[];
}

/**
 * Checks definitions against the catalogs of both sides. Reads catalogs only: it needs no right on the tables, and writes nothing.
 * All definitions are to be given, also when some alone will run: templates and inverses are checked among them.
 * Problems carry NO_KEY, COLUMN_MISSING, TABLE_MISSING, TYPE_INCOMPATIBLE, TEMPLATE_INVALID, TEMPLATES_OVERLAP,
 * SAME_SOURCE_AND_TARGET, NOT_SUPPORTED, DATASET_INVALID, RIGHTS_MISSING, or CONNECT_FAILED where a server is away.
 */
export async function resolveDatasets(
  environment: Environment,
  definitions: readonly DatasetDefinition[],
): Promise<Resolution> {
  const catalogs = openCatalogs(environment);
  const resolved: ResolvedDataset[] = [];
  const problems: { dataset: string; error: SyncError }[] = [];
  const warnings: { dataset: string; text: string }[] = [];
  try {
    for (const definition of definitions) {
      const { name } = definition;
      const own: SyncError[] = [];
      const bench: Workbench = {
        environment,
        catalogs,
        definition,
        problem: (error) => own.push(error),
        warn: (text) => warnings.push({ dataset: name, text }),
      };
      const dataset = await resolveOne(bench, definitions).catch((cause: unknown) => {
        own.push(asSyncError(bench, cause));
        return null;
      });
      problems.push(...own.map((error) => ({ dataset: name, error })));
      if (dataset !== null && own.length === 0) resolved.push(dataset);
    }
  } finally {
    await catalogs.close();
  }
  const overlaps = findOverlaps(environment, resolved);
  const overlapping = new Set(overlaps.map(({ dataset }) => dataset));
  return {
    resolved: resolved.filter((dataset) => !overlapping.has(dataset.name)),
    problems: [...problems, ...overlaps],
    warnings: [...warnings, ...halfMasked(resolved)],
  };
}

async function resolveOne(bench: Workbench, all: readonly DatasetDefinition[]): Promise<ResolvedDataset> {
  const { definition, environment } = bench;
  const toPostgres = environment.database(definition.target.database).engine === 'postgres';
  const fromPostgres = environment.database(definition.source.database).engine === 'postgres';
  if (!toPostgres && !fromPostgres)
    throw datasetError(bench, 'NOT_SUPPORTED', 'a stream can only be applied to a PostgreSQL table');
  const table = toPostgres ? await readTargetTable(bench) : null;
  const facts = fromPostgres
    ? await resolvePostgresSource(bench)
    : resolveStreamSource(bench, streamFields(definition, table), definition.target.database);
  if (table !== null) await refuseSameRelation(bench, facts, table);
  const drafts = await resolveColumns(bench, facts, table);
  const { columns, key } = resolveKey(bench, facts, drafts, table);
  const target =
    table === null
      ? resolveRedisTarget(bench, columns, key)
      : await resolvePostgresTarget(bench, facts, table, columns);
  const where = facts.source.where;
  if (where !== null)
    await checkCondition(bench, 'source.where', facts.evaluation.database, facts.evaluation.from, where);
  if (!fromPostgres && (definition.depends_on ?? []).length > 0) {
    bench.problem(datasetError(bench, 'NOT_SUPPORTED', 'a stream source has no depends_on'));
  }
  const dependencies = fromPostgres ? await resolveDependencies(bench, key) : [];
  const masked = maskedNames(bench, facts, columns);
  checkInverse(bench, all);
  checkGuard(bench);
  const projected = inTargetOrder(columns, table).map((draft) => finish(draft, key, masked));
  const dataset: Omit<ResolvedDataset, 'fingerprint'> = {
    definition,
    name: definition.name,
    jobType: definition.job_type ?? `${definition.name}_sync`,
    entityType: definition.entity ?? definition.name,
    source: facts.source,
    target,
    key: key.flatMap((draft) => projected.find((column) => column.name === draft.name) ?? []),
    columns: projected,
    dependencies,
    masked: [...masked],
    reads: readColumns(facts, columns, key),
  };
  const complete = { ...dataset, fingerprint: fingerprintOf(dataset) };
  await checkReads(bench, complete);
  return complete;
}

/** Fields of a stream that a definition reads: those that it names, else the target's columns. */
function streamFields(definition: DatasetDefinition, table: Table | null): string[] {
  const { columns, key = [] } = definition.source;
  const written = table?.columns.filter((column) => column.generated === 'none').map((column) => column.name) ?? [];
  if (columns === undefined) return [...new Set([...key, ...written])];
  if (Array.isArray(columns)) return [...new Set([...key, ...columns])];
  const expressions: string[] = definition.source.where === undefined ? [] : [definition.source.where];
  const named = Object.entries(columns).flatMap(([name, spec]) => {
    if (typeof spec === 'string') return [spec];
    if (spec === null) return [name];
    if ('map' in spec) return [spec.from ?? name];
    expressions.push(spec.sql);
    return [];
  });
  const fields = expressions.flatMap((sql) => [
    ...sql.matchAll(/\bs\s*\.\s*(?:"([^"]+)"|([\p{L}_][\p{L}\p{N}_$]*))/gu),
  ]);
  return [...new Set([...key, ...named, ...fields.map(([, quoted, plain]) => quoted ?? (plain ?? '').toLowerCase())])];
}

function inTargetOrder(drafts: readonly DraftColumn[], table: Table | null): DraftColumn[] {
  if (table === null) return [...drafts];
  const position = new Map(table.columns.map((column) => [column.name, column.position]));
  return [...drafts].sort((a, b) => (position.get(a.name) ?? 0) - (position.get(b.name) ?? 0));
}

function finish(draft: DraftColumn, key: readonly DraftColumn[], masked: ReadonlySet<string>): ProjectedColumn {
  const { bare: _bare, computed: _computed, ...column } = draft;
  return { ...column, isKey: key.includes(draft), masked: masked.has(draft.name) };
}

/** A masked name may be of the source or of the projection; whatever is made of it is masked too. */
function maskedNames(bench: Workbench, facts: SourceFacts, drafts: readonly DraftColumn[]): ReadonlySet<string> {
  const masked = new Set<string>();
  for (const name of bench.definition.mask ?? []) {
    const projected = findColumn(drafts, name);
    const source = findColumn(facts.columns, name);
    if (projected === undefined && source === undefined) {
      bench.problem(
        columnMissing(bench.definition.name, name, 'source or projection (mask)', [...facts.columns, ...drafts]),
      );
    }
    if (projected !== undefined) {
      masked.add(projected.name);
      if (!projected.computed) projected.reads.forEach((read) => masked.add(read));
    }
    if (source !== undefined) masked.add(source.name);
  }
  for (const draft of drafts) {
    if (draft.reads.some((read) => masked.has(read))) masked.add(draft.name);
  }
  return masked;
}

function readColumns(facts: SourceFacts, drafts: readonly DraftColumn[], key: readonly DraftColumn[]): string[] {
  const { source } = facts;
  if (source.engine === 'postgres' && source.table === null) return [];
  const names = facts.columns.map((column) => column.name);
  const filtered = source.where === null ? [] : mentionedColumns(source.where, names);
  const read = new Set([...drafts, ...key].flatMap((draft) => draft.reads).concat(filtered));
  return names.filter((name) => read.has(name));
}

/** What others write into the target is a reason to look at the source again: both have to be able to tell. */
function checkGuard(bench: Workbench): void {
  const { definition, environment } = bench;
  if (!definition.guard) return;
  const isRedis = (database: string): boolean => environment.database(database).engine === 'redis';
  const reason = isRedis(definition.target.database)
    ? 'writes to a Redis are not captured, only a PostgreSQL table can be guarded'
    : isRedis(definition.source.database)
      ? 'a stream cannot be asked again for what somebody else changed in the target'
      : null;
  if (reason === null) return;
  const hint = 'Leave guard out; a full run or a verification finds what others changed there.';
  bench.problem(datasetError(bench, 'NOT_SUPPORTED', `guard: ${reason}`, hint));
}

function checkInverse(bench: Workbench, all: readonly DatasetDefinition[]): void {
  const { inverse_of: inverse, name, source, target } = bench.definition;
  if (inverse === undefined) return;
  const other = all.find((definition) => definition.name === inverse);
  if (other === undefined || inverse === name) {
    const names = all.map((definition) => definition.name).filter((each) => each !== name);
    bench.problem(
      datasetError(
        bench,
        'DATASET_INVALID',
        `inverse_of: there is no other dataset "${inverse}"`,
        nearNamesHint(inverse, names, 'The others are'),
      ),
    );
  } else if (other.source.database !== target.database || other.target.database !== source.database) {
    bench.warn(`inverse_of: "${inverse}" does not go the other way between the same databases`);
  }
}

function asSyncError(bench: Workbench, cause: unknown): SyncError {
  if (cause instanceof SyncError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new SyncError('STATEMENT_FAILED', `Dataset "${bench.definition.name}": ${message}`, {
    details: { dataset: bench.definition.name },
    cause,
  });
}
