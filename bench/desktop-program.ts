import { resolve } from 'node:path';
import type { IntervalHistogram } from 'node:perf_hooks';
import { _electron } from '@playwright/test';
import type { Outcome, Wire } from '../shared/contract/wire';
import { findElectron } from '../scripts/electron-binary.mjs';
import { findChromium } from '../scripts/programs.mjs';
import type { Delay, MeasuredHost } from './host-delay';

/** The built desktop with one window. */
export interface DesktopProgram extends MeasuredHost {
  readonly on: 'Electron' | 'the double';
  stop(): Promise<void>;
}

/** Starts it: on the real binary where that is there, else on its double, whose own work in the same process counts too. */
export async function startDesktop(home: string): Promise<DesktopProgram> {
  const real = findElectron(resolve('.')) !== undefined;
  // Read by the package `electron` when the program is looked for.
  if (!real) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = resolve('e2e/desktop/double/bin');
  const chromium = findChromium();
  const app = await _electron.launch({
    args: [resolve('.')],
    env: {
      ...(process.env as Record<string, string>),
      ...(chromium === undefined ? {} : { CHROMIUM_PATH: chromium }),
      ASTRO_SYNC_HOME: home,
    },
  });
  const page = await app.firstWindow();
  await page.waitForURL((url) => url.protocol !== 'about:');
  await page.waitForLoadState();
  return {
    on: real ? 'Electron' : 'the double',
    async call(method, input) {
      const outcome = await page.evaluate(
        ([name, given]): Promise<Outcome> =>
          (window as unknown as { readonly astroSync: { readonly wire: Wire } }).astroSync.wire.invoke(name, given),
        [method, input] as const,
      );
      if (outcome.ok) return outcome.value;
      throw new Error(`${method}: ${outcome.error.message}`);
    },
    eventLoopDelay: () =>
      app.evaluate((): Delay => {
        const measuring = globalThis as { astroSyncDelay?: IntervalHistogram };
        const delay = (measuring.astroSyncDelay ??= process
          .getBuiltinModule('node:perf_hooks')
          .monitorEventLoopDelay({ resolution: 1 }));
        const told = { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
        delay.enable();
        delay.reset();
        return told;
      }),
    stop: () => app.close(),
  };
}
