import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';
import { withTunnel } from '../profiles/test-connections';
import { assertConfirmed } from './confirm';

type SessionMethods =
  | 'session.current'
  | 'session.close'
  | 'environment.status'
  | 'environment.check'
  | 'environment.acknowledge'
  | 'environment.init'
  | 'environment.uninstallPreview'
  | 'environment.uninstall';

export function sessionHandlers({ session, tasks }: ConsoleContext): Pick<Handlers, SessionMethods> {
  return {
    'session.current': () => ({ session: session.current(), unreachable: session.unreachable() }),
    'session.close': async () => {
      await session.close();
      return {};
    },
    'environment.status': () => session.engine().status({ datasets: [] }),
    'environment.check': async () => {
      const ways = await session.tunnelWays();
      const report = withTunnel(await session.engine().check({ datasets: [] }), ways);
      if (session.unreachable() !== null) session.lookNow();
      return report;
    },
    'environment.acknowledge': async ({ dataset, confirm }) => {
      assertConfirmed(session.require(), confirm);
      const { gaps } = await session.engine().acknowledge({ dataset, ...(confirm === null ? {} : { confirm }) });
      return { dataset, gaps: [...gaps] };
    },
    // A task as well: an init of many tables goes on when the page that asked for it is gone.
    'environment.init': async ({ datasets: chosen, take_over: takeOver, confirm }) => {
      const { environment, datasets } = session.require();
      assertConfirmed(session.require(), confirm);
      return tasks.through(
        { kind: 'init', environment: environment.name, datasets: chosen.length === 0 ? datasets : chosen },
        (listener) =>
          session.engine(listener).init({ datasets: chosen, takeOver, ...(confirm === null ? {} : { confirm }) }),
      );
    },
    'environment.uninstallPreview': () => session.engine().uninstallPreview(),
    'environment.uninstall': ({ discard, confirm }) => {
      assertConfirmed(session.require(), confirm);
      // An export only reads.
      if (tasks.working().some(({ kind }) => kind !== 'export')) session.assertIdle();
      return session.engine().uninstall({ discard, ...(confirm === null ? {} : { confirm }) });
    },
  };
}
