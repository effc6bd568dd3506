import { assertNotReadOnly } from '../run/guards';
import { requestCancel, runIdOf } from '../system/runs';
import { writeAudit } from '../system/audit';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { greetSystem } from './prepare';

/**
 * Asks a run of this or another computer to stop; it sees that within two seconds and leaves a consistent target.
 * @param asked its id, or the first 6 or more characters of it
 * @returns true where it was under way
 * @throws SyncError READ_ONLY, RUN_UNKNOWN, NOT_INITIALISED
 */
export async function cancel(context: EngineContext, asked: string): Promise<boolean> {
  assertNotReadOnly(context.environment);
  return withSystem(context, 'cancel', async (system) => {
    await greetSystem(context, system);
    const id = await runIdOf(system, asked);
    const running = await requestCancel(system, id, context.caller.operator);
    await writeAudit(system, {
      ...context.caller,
      environment: context.environment.name,
      command: 'cancel',
      details: { run: id },
      runId: id,
      outcome: running ? 'asked' : 'not running',
      error: null,
    });
    return running;
  });
}
