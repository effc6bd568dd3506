import { resolve } from 'node:path';
import type { LoadedEnvironment } from '../../engine/connect/load-environment';
import type { Opening } from './session';

/**
 * How an environment file is opened: for this session, without being saved.
 * @param datasets folder or file of the dataset definitions, absolute
 * @param secrets what somebody typed in, by name of the database
 */
export function fileOpening(
  { definition, file, folder }: LoadedEnvironment,
  datasets: string,
  secrets: Readonly<Record<string, string>> = {},
): Opening {
  return {
    request: { definition, folder, datasets, secrets, tunnel: null },
    profile: null,
    color: 'slate',
    sandbox: false,
    file: resolve(file),
  };
}
