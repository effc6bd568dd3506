import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetSchema } from '../../../shared/definitions/dataset';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { checkDefinition } from '../connect/check-definition';
import { readDefinitionFile } from '../connect/definition-file';
import type { DefinitionFile } from '../connect/definition-file';
import { SyncError } from '../errors';

/** Where a definition stands. */
export interface DatasetOrigin {
  readonly file: string;
  readonly line: number;
}

const origins = new WeakMap<DatasetDefinition, DatasetOrigin>();

/** Where a definition that loadDatasets gave stands; null for one that was made otherwise. */
export function originOf(definition: DatasetDefinition): DatasetOrigin | null {
  return origins.get(definition) ?? null;
}

/**
 * Reads dataset definitions from a file, or from every .yaml, .yml and .json file of a folder and its subfolders, in the order of
 * their names. A file holds one dataset, a list of them, or { datasets: [...] }.
 * @throws SyncError DATASET_INVALID, naming file, line, path in it and what was expected; also where there is none at all, and
 * for a name that is given twice, with both places
 */
export async function loadDatasets(path: string): Promise<DatasetDefinition[]> {
  const files = await definitionFiles(path);
  const found: DatasetDefinition[] = [];
  const byName = new Map<string, DatasetOrigin>();
  for (const file of files) {
    const source = await readDefinitionFile(file, 'DATASET_INVALID');
    for (const place of placesOf(source)) {
      const definition = checkDefinition(datasetSchema, source, 'DATASET_INVALID', place);
      const origin = { file, line: source.line([...place, 'name']) };
      const other = byName.get(definition.name);
      if (other !== undefined) {
        throw new SyncError(
          'DATASET_INVALID',
          `${file}:${String(origin.line)}: dataset "${definition.name}" is already defined in ${other.file}:${String(other.line)}`,
          { hint: 'Give one of them another name.', details: { dataset: definition.name, places: [other, origin] } },
        );
      }
      byName.set(definition.name, origin);
      origins.set(definition, origin);
      found.push(definition);
    }
  }
  if (found.length > 0) return found;
  throw new SyncError('DATASET_INVALID', `${path}: holds no dataset`, {
    hint: 'Write one, or let "astro-sync discover" write them from two catalogs.',
  });
}

async function definitionFiles(path: string): Promise<string[]> {
  const kind = await stat(path).catch(() => null);
  if (kind === null) {
    throw new SyncError('DATASET_INVALID', `${path}: there is no such file or folder`, {
      hint: 'Name the file or folder of the dataset definitions with -d.',
    });
  }
  if (!kind.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /^[^.].*\.(ya?ml|json)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
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
