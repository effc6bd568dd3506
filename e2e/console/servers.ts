import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { readFile } from 'node:fs/promises';
import { closing } from '../../electron/cli/demo/closing';
import { grantRights } from '../../electron/cli/demo/rights';
import { fillSandbox, startServers } from '../../electron/cli/demo/sandbox';
import type { Sandbox } from '../../electron/cli/demo/sandbox';
import { loadDatasets } from '../../electron/engine/dataset/load';
import { loadEnvironment } from '../../electron/engine/connect/load-environment';
import { openEnvironment } from '../../electron/engine/connect/environment';
import { openEngine } from '../../electron/engine/operate/open';
import { runBurst } from '../../electron/sandbox/astrobookings/burst';

export const checkout = resolve(import.meta.dirname, '../..');
export const definitions = join(checkout, 'resources/datasets/astrobookings');

/** Real servers with a little of AstroBookings' data that is out of line, capture installed. */
export interface Servers extends Sandbox {
  /** Lets the applications write for a while, other rows each time. */
  burst(): Promise<void>;
  /** An environment file like the sandbox's, with another level. */
  environmentFile(name: string, level: 'staging' | 'production', readOnly?: boolean): Promise<string>;
  close(): Promise<void>;
}

export async function openServers(): Promise<Servers> {
  const opened = closing();
  try {
    const servers = await startServers(opened, () => undefined);
    const sandbox = await fillSandbox(servers, opened, { scale: 0.01, onProgress: () => undefined });
    await install(sandbox);
    let seed = 0;
    return {
      ...sandbox,
      async burst() {
        seed += 1;
        await runBurst({
          operations: servers.postgres.url('operations'),
          system: servers.postgres.url('system'),
          cache: servers.redis.url(),
          roles: sandbox.roles,
          seed,
        });
      },
      async environmentFile(name, level, readOnly = false) {
        const { environment } = sandbox.files;
        const definition = parse(await readFile(environment, 'utf8')) as Record<string, unknown>;
        const file = join(dirname(environment), `${name}.yaml`);
        await writeFile(file, stringify({ ...definition, name, level, read_only: readOnly }), { mode: 0o600 });
        return file;
      },
      close: () => opened.closeAll(),
    };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

/** As an administrator and the operator would: rights first, then capture. */
async function install(sandbox: Sandbox): Promise<void> {
  const { definition, folder } = await loadEnvironment(sandbox.files.environment);
  const environment = await openEnvironment(definition, { folder });
  try {
    const engine = await openEngine({
      environment,
      definitions: await loadDatasets(definitions),
      caller: { operator: 'setup', host: 'e2e', application: 'e2e' },
    });
    await grantRights(engine, sandbox);
    await engine.init({ datasets: [] });
  } finally {
    await environment.close();
  }
}
