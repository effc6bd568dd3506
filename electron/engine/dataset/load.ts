import { grouped } from '../../../shared/format-number';
import { datasetSchema } from '../../../shared/definitions/dataset';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { checkDefinition } from '../connect/check-definition';
import { inGoodTime } from '../connect/in-good-time';
import { readDefinitionFile } from '../connect/definition-file';
import type { DefinitionFile } from '../connect/definition-file';
import { SyncError } from '../errors';
import { definitionFiles } from './definition-files';

/** Where a definition stands. */
export interface DatasetOrigin {
  readonly file: string;
  readonly line: number;
}

/** All of them are checked, and told of, each time that one changes. */
const mostDatasets = 2_000;

const origins = new WeakMap<DatasetDefinition, DatasetOrigin>();

/** Where a definition that loadDatasets gave stands; null for one that was made otherwise. */
export function originOf(definition: DatasetDefinition): DatasetOrigin | null {
  return origins.get(definition) ?? null;
}

/** What the files of a folder hold: the definitions that are right, and what is wrong with the others. */
export interface ReadDatasets {
  readonly definitions: DatasetDefinition[];
  /** DATASET_INVALID each, in the order of the files, naming file and line. */
  readonly problems: SyncError[];
}

/**
 * Reads dataset definitions from a file, or from every .yaml, .yml and .json file of a folder and its subfolders, in the order of
 * their names. A file holds one dataset, a list of them, or { datasets: [...] }. One that is wrong does not hinder the others; of a
 * name that is given twice the first stands. Where there is no such file or folder, that is the one problem.
 */
export async function readDatasets(path: string): Promise<ReadDatasets> {
  const definitions: DatasetDefinition[] = [];
  const problems: SyncError[] = [];
  const byName = new Map<string, DatasetOrigin>();
  let found = 0;
  const tried = async <T>(work: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      problems.push(error);
      return null;
    }
  };
  for (const file of (await tried(() => inGoodTime(definitionFiles(path), () => silent(path)))) ?? []) {
    const source = await tried(() => readDefinitionFile(file, 'DATASET_INVALID'));
    const places = source === null ? null : await tried(() => placesOf(source));
    if (source === null || places === null) continue;
    found += places.length;
    if (found > mostDatasets) {
      problems.push(tooMany(file));
      break;
    }
    for (const place of places) {
      const definition = await tried(() => {
        const checked = checkDefinition(datasetSchema, source, 'DATASET_INVALID', place);
        const origin = { file, line: source.line([...place, 'name']) };
        refuseTwice(checked.name, origin, byName.get(checked.name));
        byName.set(checked.name, origin);
        origins.set(checked, origin);
        return checked;
      });
      if (definition !== null) definitions.push(definition);
    }
  }
  return { definitions, problems };
}

/**
 * The same where every definition has to be right.
 * @throws SyncError DATASET_INVALID, naming file, line, path in it and what was expected; also where there is none at all, and
 * for a name that is given twice, with both places
 */
export async function loadDatasets(path: string): Promise<DatasetDefinition[]> {
  const { definitions, problems } = await readDatasets(path);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  if (definitions.length > 0) return definitions;
  throw new SyncError('DATASET_INVALID', `${path}: holds no dataset`, {
    hint: 'Write one, or let "astro-sync discover" write them from two catalogs.',
  });
}

function tooMany(file: string): SyncError {
  return new SyncError(
    'DATASET_INVALID',
    `${file}: more than ${grouped(mostDatasets)} datasets are defined up to here`,
    {
      hint: 'Nothing of this file and of those after it was read. Is it one of dataset definitions?',
      details: { file },
    },
  );
}

function silent(path: string): SyncError {
  return new SyncError('DATASET_INVALID', `${path}: does not answer: its file system may be away`, {
    hint: 'Look whether the folder can be listed at all, then open the environment again.',
    details: { path },
  });
}

function refuseTwice(name: string, origin: DatasetOrigin, other: DatasetOrigin | undefined): void {
  if (other === undefined) return;
  throw new SyncError(
    'DATASET_INVALID',
    `${origin.file}:${String(origin.line)}: dataset "${name}" is already defined in ${other.file}:${String(other.line)}`,
    { hint: 'Give one of them another name.', details: { dataset: name, places: [other, origin], ...origin } },
  );
}

/** Where in a file the datasets stand: at its root, in its list, or in the list called datasets. */
function placesOf(source: DefinitionFile): PropertyKey[][] {
  const { data } = source;
  if (data === null || data === undefined) return [];
  if (Array.isArray(data)) return data.map((_, index) => [index]);
  if (typeof data !== 'object' || !('datasets' in data)) return [[]];
  const stray = Object.keys(data).find((key) => key !== 'datasets' && key !== '$schema');
  if (stray !== undefined) {
    throw new SyncError(
      'DATASET_INVALID',
      `${source.file}:${String(source.line([stray]))}: ${stray}: unknown property; expected only datasets here`,
    );
  }
  if (!Array.isArray(data.datasets)) {
    throw new SyncError(
      'DATASET_INVALID',
      `${source.file}:${String(source.line(['datasets']))}: datasets: expected a list`,
    );
  }
  return data.datasets.map((_, index) => ['datasets', index]);
}
