import { SyncError } from '../../engine/errors';
import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';
import { astroBookings } from '../profiles/to-environment';
import type { Sandbox } from '../sandbox/sandbox';

type SandboxMethods = 'sandbox.open' | 'sandbox.burst';

export interface SandboxMethodsAndEnd extends Pick<Handlers, SandboxMethods> {
  readonly closeSandbox: () => Promise<void>;
}

/** One sandbox for the life of the host: opened again, it is the same one. */
export function sandboxHandlers({ facilities, session, openEngine }: ConsoleContext): SandboxMethodsAndEnd {
  let started: Promise<Sandbox> | null = null;

  const start = async (): Promise<Sandbox> => {
    // Servers and data are loaded by nobody who does not ask for them.
    const { startSandbox } = await import('../sandbox/sandbox');
    const sandbox = await startSandbox(astroBookings(facilities.resources));
    const { caller } = facilities;
    const preparing = await openEngine({ ...sandbox.opening.request, caller });
    try {
      await sandbox.prepare(preparing.engine(() => undefined));
    } catch (error) {
      await sandbox.close();
      throw error;
    } finally {
      await preparing.close();
    }
    return sandbox;
  };
  return {
    'sandbox.open': async () => {
      started ??= start().catch((error: unknown) => {
        started = null;
        throw error;
      });
      return session.open((await started).opening);
    },
    'sandbox.burst': async () => {
      if (started === null || session.current()?.environment.sandbox !== true) {
        throw new SyncError('SANDBOX_UNAVAILABLE', 'The sandbox is not open', { hint: 'Open the sandbox first.' });
      }
      return { changes: await (await started).burst() };
    },
    closeSandbox: async () => {
      await (await started?.catch(() => null))?.close();
    },
  };
}
