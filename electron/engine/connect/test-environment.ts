import { environmentSchema } from '../../../shared/definitions/environment';
import { openEnvironment } from './environment';
import type { Environment } from './environment';

/**
 * For tests: an environment of these addresses. The queue is in `system` where there is one, else in the first.
 * @param urls name of the database → postgres:// or redis:// address
 */
export function testEnvironment(urls: Readonly<Record<string, string>>): Promise<Environment> {
  const databases = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [name, { engine: url.startsWith('redis') ? 'redis' : 'postgres', url }]),
  );
  const system = 'system' in databases ? 'system' : Object.keys(databases)[0];
  return openEnvironment(environmentSchema.parse({ name: 'test', databases, system }), { folder: '.' });
}
