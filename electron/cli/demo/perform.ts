import { join, relative } from 'node:path';
import process from 'node:process';
import { openEnvironment } from '../../engine/connect/environment';
import { loadEnvironment } from '../../engine/connect/load-environment';
import { loadDatasets } from '../../engine/dataset/load';
import { openEngine } from '../../engine/operate/open';
import type { Engine } from '../../engine/operate/api';
import { firstIdOfCacheBookings } from '../../sandbox/astrobookings/schema';
import { cleanLeftovers } from '../../sandbox/servers/registry';
import { terminalCaller } from '../caller';
import { progressDisplay } from '../progress/listeners';
import type { ProgressDisplay } from '../progress/listeners';
import { counted } from '../render/format';
import { cancelOnSignals } from '../signals';
import type { Terminal } from '../terminal';
import type { Closing } from './closing';
import { renderData } from './data-table';
import { doneLine, narrator as createNarrator } from './narrator';
import type { Narrator } from './narrator';
import type { DemoOptions } from './options';
import { offerConsole } from './offer-console';
import { fillSandbox, startServers } from './sandbox';
import type { Sandbox } from './sandbox';
import { seedDisplay } from './seed-progress';
import { renderInvitation, somebodyIsThere } from './stay-open';
import { tellStory } from './story';
import { renderBanner, renderSummary } from './summary';

const stopping = '\nStopping the servers and removing what they wrote. Once more stops at once.\n';

/**
 * Tells the whole story; where somebody is there, keeps the sandbox open afterwards until Ctrl-C.
 * @param opened receives whatever has to be closed
 * @returns whether every check passed
 * @throws SyncError CANCELLED at Ctrl-C before the end, and what starting servers or a step throws
 */
export async function perform(
  options: DemoOptions,
  terminal: Terminal,
  checkout: string,
  opened: Closing,
): Promise<boolean> {
  const startedAt = performance.now();
  const signal = cancelOnSignals(() => {
    terminal.err.write(stopping);
  });
  const narrator = createNarrator(terminal, options.color, signal);
  const { say, look } = narrator;
  await say(renderBanner(look()));
  const sandbox = await openSandbox(options, terminal, narrator, opened);

  const datasets = join(checkout, 'resources/datasets/astrobookings');
  const progress = await progressDisplay(terminal, { json: false, color: options.color });
  const engine = await engineOf(sandbox, datasets, terminal, progress, opened);
  const checks = await tellStory({ narrator, sandbox, engine, signal, clearProgress: progress.clear });

  await say(`\n${renderSummary(narrator.done, checks, performance.now() - startedAt, look())}`);
  if (!options.exit && somebodyIsThere(terminal)) {
    await say(renderInvitation(sandbox, String(firstIdOfCacheBookings), relative(process.cwd(), datasets), look()));
    const files = { environment: sandbox.files.environment, datasets };
    const dataFolder = join(sandbox.folder, 'console');
    const goesOn = await offerConsole({ terminal, checkout, files, dataFolder, opened, signal, say });
    if (goesOn) await aborted(signal);
    else terminal.err.write(stopping);
  }
  return checks.every(({ passed }) => passed);
}

async function openSandbox(
  options: DemoOptions,
  terminal: Terminal,
  narrator: Narrator,
  opened: Closing,
): Promise<Sandbox> {
  const { step, say, look } = narrator;
  const servers = await step(
    'Servers',
    ['A real PostgreSQL and a real Redis, on free ports of this computer.'],
    async () => {
      const left = await cleanLeftovers();
      if (left.servers + left.folders > 0) {
        await say(
          doneLine(
            `removed what a killed demo left: ${counted(left.servers, 'server')}, ${counted(left.folders, 'folder')}`,
            look(),
          ),
        );
      }
      const started = await startServers(opened, (text) => void say(`${text.replaceAll('. ', '.\n')}\n`));
      const { postgres, redis } = started;
      await say(
        doneLine(
          `PostgreSQL ${postgres.version} on ${postgres.host}:${postgres.port}  databases operations and system`,
          look(),
        ),
      );
      await say(doneLine(`Redis ${redis.version} on ${redis.host}:${redis.port}  database cache`, look()));
      return { outcome: `PostgreSQL ${postgres.version}, Redis ${redis.version}`, value: started };
    },
  );
  return step(
    "AstroBookings' data",
    ['Believable and the same every time; the databases have drifted apart.'],
    async () => {
      const display = seedDisplay(terminal);
      try {
        const filled = await fillSandbox(servers, opened, { scale: options.scale, onProgress: display.onProgress });
        display.clear();
        await say(renderData(filled.seeded, look()));
        const { rows } = filled.seeded;
        const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
        return { outcome: counted(all, 'row'), value: filled };
      } finally {
        display.clear();
      }
    },
  );
}

/** The engine as the terminal opens it, on the environment file that was written for the sandbox. */
async function engineOf(
  { files }: Sandbox,
  datasets: string,
  terminal: Terminal,
  progress: ProgressDisplay,
  opened: Closing,
): Promise<Engine> {
  const { definition, folder } = await loadEnvironment(files.environment);
  const environment = await openEnvironment(definition, { folder });
  opened.add(() => environment.close());
  opened.add(progress.clear);
  return openEngine({
    environment,
    definitions: await loadDatasets(datasets),
    caller: { ...terminalCaller(terminal.environment), application: 'demo' },
    listener: progress.listener,
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
