import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { loadDatasets } from '../../engine/dataset/load';
import { SyncError } from '../../engine/errors';
import { summaryOf } from '../../engine/operate/dataset-summary';
import type { Definitions } from './engine-session';

/** Definitions as the engine takes them, and what is told of them. */
export interface ReadDefinitions {
  readonly definitions: readonly DatasetDefinition[];
  readonly told: Definitions;
}

/** Reads the definitions of a folder or file. What is wrong with them is told, with file and line; it is no error. */
export async function readDefinitions(path: string): Promise<ReadDefinitions> {
  try {
    const definitions = await loadDatasets(path);
    return { definitions, told: { datasets: definitions.map(summaryOf), errors: [] } };
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return { definitions: [], told: { datasets: [], errors: problemsOf(error, path) } };
  }
}

interface Problem {
  readonly line?: unknown;
  readonly path?: unknown;
  readonly message?: unknown;
}

function problemsOf(error: SyncError, path: string): Definitions['errors'] {
  const { file, problems } = error.details;
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
