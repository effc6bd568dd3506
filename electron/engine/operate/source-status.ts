import type { Client } from 'pg';
import type { SourceStatus } from '../../../shared/engine/reports';
import { captureState } from '../capture/state';
import type { CaptureState } from '../capture/state';
import { reading } from '../connect/kept-connections';
import { readHeldBack } from '../queue/held-back';
import { relayedSnapshot } from '../queue/relayed-snapshot';
import type { EngineContext } from './context';

const largeChangeLog = 1_000_000_000;

/** What a database says of its capture. Where it cannot be asked, the report carries why, and there is no state. */
export async function sourceStatus(
  context: EngineContext,
  system: Client,
  name: string,
): Promise<{ report: SourceStatus; state: CaptureState | null }> {
  const label = context.environment.database(name).label;
  const unknown = {
    database: name,
    label,
    installed: null,
    unrelayed: null,
    change_log_rows: null,
    change_log_bytes: null,
  };
  try {
    return await reading(context.environment.postgres(name), 'status', async (client) => {
      const state = await captureState(client, await relayedSnapshot(client, system));
      const { rows } = await client.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
      const heldBack = state.installed ? await readHeldBack(client, rows[0]?.snapshot ?? '') : null;
      const warnings = state.drift.map(({ reason }) => reason);
      if (state.bytes > largeChangeLog) {
        warnings.push('the change log is over 1 GB: run its datasets, or stop capture with "astro-sync uninstall"');
      }
      const report: SourceStatus = {
        database: name,
        label,
        installed: state.installed,
        unrelayed: state.installed ? state.unrelayed : null,
        change_log_rows: state.installed ? state.rows : null,
        change_log_bytes: state.installed ? state.bytes : null,
        oldest_change_at: state.oldestAt,
        held_back: heldBack,
        warnings,
      };
      return { report, state };
    });
  } catch (error) {
    const warnings = [error instanceof Error ? error.message : String(error)];
    return { report: { ...unknown, oldest_change_at: null, held_back: null, warnings }, state: null };
  }
}
