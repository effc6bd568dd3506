import { join } from 'node:path';
import type { Bench, Case } from '../bench';
import type { Databases } from '../databases';
import { startDesktop } from '../desktop-program';
import { addRound, delayMeasures, noDelays, withRows } from '../host-delay';
import type { Measure } from '../measure';
import type { CallConsole } from '../run-task';

/** How much a run disturbs the main process of the desktop: while that waits, no window of it moves. */
export const desktopHost: Case = { name: 'desktop', needs: [], run: measure };

function measure(bench: Bench): Promise<Measure[]> {
  return withRows(bench, 'desktop', async (databases, program) => {
    const delays = noDelays();
    const desktop = await startDesktop(join(program.folder, 'home'));
    try {
      await openProfile(desktop.call, bench, databases, join(program.folder, 'datasets'));
      for (let repeat = 0; repeat < bench.options.repeats; repeat += 1)
        await addRound(desktop, databases, bench, delays);
    } finally {
      await desktop.stop();
    }
    return delayMeasures(`desktop on ${desktop.on}`, delays);
  });
}

/** Saves an environment, as its form does, and opens it. */
async function openProfile(
  call: CallConsole,
  { postgres }: Bench,
  { names }: Databases,
  datasets: string,
): Promise<void> {
  const connection = (database: string): object => ({
    engine: 'postgres',
    host: postgres.host,
    port: postgres.port,
    database,
    user: postgres.user,
    secret: { kind: 'stored' },
    tls: null,
    tunnel: false,
    identity: null,
    allow_eviction: false,
    connect_timeout_s: 5,
  });
  const connections = Object.fromEntries(Object.entries(names).map(([name, database]) => [name, connection(database)]));
  const saved = (await call('profiles.create', {
    draft: {
      name: 'bench',
      level: 'development',
      color: 'blue',
      read_only: false,
      connections,
      system: 'system',
      tunnel: null,
      datasets,
    },
    secrets: Object.fromEntries(Object.keys(names).map((name) => [name, postgres.password])),
    insist: false,
  })) as { readonly profile: { readonly id: string } };
  await call('session.open', { profile: saved.profile.id, secrets: {} });
}
