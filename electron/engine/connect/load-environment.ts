import { dirname, resolve } from 'node:path';
import { environmentSchema } from '../../../shared/definitions/environment';
import type { EnvironmentDefinition } from '../../../shared/definitions/environment';
import { checkDefinition } from './check-definition';
import { readDefinitionFile } from './definition-file';

export interface LoadedEnvironment {
  readonly definition: EnvironmentDefinition;
  /** As it was given. */
  readonly file: string;
  /** Its folder, absolute: what paths in it are relative to. */
  readonly folder: string;
}

/**
 * Reads an environment file (YAML or JSON); resolves no secret.
 * @throws SyncError ENVIRONMENT_INVALID, naming file, line, path in it and what was expected
 */
export async function loadEnvironment(file: string): Promise<LoadedEnvironment> {
  const source = await readDefinitionFile(file, 'ENVIRONMENT_INVALID');
  const definition = checkDefinition(environmentSchema, source, 'ENVIRONMENT_INVALID');
  return { definition, file, folder: dirname(resolve(file)) };
}
