import type { Client } from 'pg';
import { installedVersion } from '../system/migrate';
import { systemId } from '../system/schema';
import { assessSource } from './recognise-source';

/**
 * The snapshot up to which the queue of a SystemDB has the changes of a source, as pg_current_snapshot()::text. null where nothing
 * was relayed, where the source or SystemDB is not what it was at the last relay (restored, another server, another reader), and
 * where this role cannot tell: then only what the consumer confirmed counts as relayed.
 */
export async function relayedSnapshot(source: Client, system: Client): Promise<string | null> {
  try {
    if ((await installedVersion(system, 'system')) === null) return null;
    const { relayed, gap } = await assessSource(source, system, await systemId(system), source.database ?? '');
    return gap === null ? (relayed?.snapshot ?? null) : null;
  } catch {
    return null;
  }
}
