import { SyncError } from '../../engine/errors';
import { counted } from '../render/format';
import { capturedTables } from './evidence';
import { doneLine } from './narrator';
import { grantRights } from './rights';
import type { Stage } from './stage';

/** The step that gives the sync's role its rights and installs capture and queue. @throws SyncError RIGHTS_MISSING, and of init */
export function installStep({ narrator, sandbox, engine }: Stage): Promise<null> {
  const { step, say, look } = narrator;
  const { operator } = sandbox.roles;
  const about = [
    `The sync signs in as ${operator.name}, which is no superuser and may do nothing yet.`,
    'An administrator runs the grants that "astro-sync check" names; then "astro-sync init" can work.',
  ];
  return step('Rights and init', about, async () => {
    const { given, missing } = await grantRights(engine, sandbox);
    if (missing.length > 0) throw new SyncError('RIGHTS_MISSING', `${operator.name} still lacks: ${missing.join(' ')}`);
    await engine.init({ datasets: [] });
    const [operations, system] = [await capturedTables(sandbox.operations), await capturedTables(sandbox.system)];
    const lines = [
      `${counted(given, 'grant')} given to ${operator.name}`,
      `operations  capture of ${operations.join(', ')}`,
      `system      capture of ${system.join(', ')}; the queue and the history of runs`,
      'cache       a reader of the stream astro_sync:changes',
    ];
    for (const line of lines) await say(doneLine(line, look()));
    const captured = counted(operations.length + system.length, 'table');
    return { outcome: `${counted(given, 'grant')}, ${captured} captured`, value: null };
  });
}
