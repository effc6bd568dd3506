import { join } from 'node:path';
import { connectionTo, draftWith } from '../../electron/console/testing/drafts';
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
  const { host, port, user, password } = postgres;
  const connections = Object.fromEntries(
    Object.entries(names).map(([name, database]) => [name, connectionTo({ host, port, database, user })]),
  );
  const saved = (await call('profiles.create', {
    draft: draftWith({ name: 'bench', level: 'development', connections, datasets }),
    secrets: Object.fromEntries(Object.keys(names).map((name) => [name, password])),
    insist: false,
  })) as { readonly profile: { readonly id: string } };
  await call('session.open', { profile: saved.profile.id, secrets: {} });
}
