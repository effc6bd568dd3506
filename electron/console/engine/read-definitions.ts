import { stat } from 'node:fs/promises';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { namesDefinitionFile } from '../../../shared/definitions/definition-path';
import { readTextFile } from '../../engine/connect/read-text-file';
import { kindOfText } from '../../engine/dataset/kind-of-text';
import { readDatasets } from '../../engine/dataset/load';
import type { SyncError } from '../../engine/errors';
import { summaryOf } from '../../engine/operate/dataset-summary';
import type { Definitions } from './engine-session';

/** Definitions as the engine takes them, and what is told of them. */
export interface ReadDefinitions {
  readonly definitions: readonly DatasetDefinition[];
  readonly told: Definitions;
}

/**
 * Reads the definitions of a folder or file. What is wrong with some is told, with file and line; the others are used.
 * @param before what was read before. A folder that is not there is one without definitions, until some were read from it
 */
export async function readDefinitions(path: string, before: ReadDefinitions | null = null): Promise<ReadDefinitions> {
  const wasThere = before !== null && before.told.datasets.length + before.told.errors.length > 0;
  if (!wasThere && (await isFolderToCome(path))) return { definitions: [], told: { datasets: [], errors: [] } };
  const { definitions, problems } = await readDatasets(path);
  const others = await othersAmong(problems);
  const errors = problems.flatMap((problem) => problemsOf(problem, path, others));
  return { definitions, told: { datasets: definitions.map(summaryOf), errors } };
}

async function isFolderToCome(path: string): Promise<boolean> {
  if (namesDefinitionFile(path)) return false;
  return stat(path).then(
    () => false,
    (error: unknown) => error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT',
  );
}

/** Of the files in which something is wrong those that hold no definition: of such a one a page learns nothing but that. */
async function othersAmong(problems: readonly SyncError[]): Promise<ReadonlySet<string>> {
  const files = new Set(problems.flatMap(({ details: { file } }) => (typeof file === 'string' ? [file] : [])));
  const others = new Set<string>();
  for (const file of files) {
    const text = await readTextFile(file).catch(() => null);
    if (text !== null && kindOfText(text) === 'other') others.add(file);
  }
  return others;
}

interface Problem {
  readonly line?: unknown;
  readonly path?: unknown;
  readonly message?: unknown;
}

function problemsOf(error: SyncError, path: string, others: ReadonlySet<string>): Definitions['errors'] {
  const { file, problems, places } = error.details;
  if (Array.isArray(places)) {
    // A name that is given twice: the second place is the one that is not used.
    const second = places.at(-1) as { readonly file: string; readonly line: number };
    return [{ file: second.file, line: second.line, path: 'name', message: error.message }];
  }
  if (typeof file === 'string' && others.has(file)) {
    const message = `${file}: holds no dataset definition; expected name, source and target`;
    return [{ file, line: lineOf(error.details) ?? 1, path: null, message }];
  }
  const where = typeof file === 'string' ? file : path;
  if (!Array.isArray(problems))
    return [{ file: where, line: lineOf(error.details), path: null, message: error.message }];
  return (problems as readonly Problem[]).map((problem) => ({
    file: where,
    line: lineOf(problem),
    path: typeof problem.path === 'string' && problem.path !== '' ? problem.path : null,
    message: typeof problem.message === 'string' ? problem.message : error.message,
  }));
}

function lineOf({ line }: { readonly line?: unknown }): number | null {
  return typeof line === 'number' ? line : null;
}
