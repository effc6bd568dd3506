import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { SyncError } from '../../engine/errors';
import { terminalCaller } from '../caller';
import { ask } from '../prompt';
import type { Terminal } from '../terminal';
import type { Closing } from './closing';
import { desktopHere } from './desktop-here';

export interface Offer {
  readonly terminal: Terminal;
  readonly checkout: string;
  /** What is opened in it, as paths. */
  readonly files: { readonly environment: string; readonly datasets: string };
  /** Where this console keeps what it keeps: nothing of the demo stays. */
  readonly dataFolder: string;
  readonly opened: Closing;
  readonly signal: AbortSignal;
  readonly say: (text: string) => Promise<void>;
}

const goesToo = 'Environments and settings that are saved in it go with the sandbox.';

/** An end within this time means that no window ever came. */
const startMs = 10_000;
const endMs = 5000;

/**
 * Asks whether to open the console on the sandbox: the desktop where it can be started, else the web console. Enter is yes.
 * @returns false where Ctrl-C was the answer: it ends the demo
 */
export async function offerConsole(offer: Offer): Promise<boolean> {
  const { terminal, checkout, signal, say } = offer;
  if (signal.aborted) return false;
  const program = desktopHere(checkout, terminal.environment, process.platform);
  const where = program === null ? 'in your browser' : 'on your desktop';
  try {
    const answer = await ask(terminal, { text: `Open the console on it ${where}? [Y/n] `, signal });
    if (!['', 'y', 'yes'].includes(answer.trim().toLowerCase())) {
      await say('The sandbox stays open until Ctrl-C.\n');
      return true;
    }
  } catch (error) {
    if (error instanceof SyncError && error.code === 'CANCELLED') return false;
    throw error;
  }
  const { markTemporary } = await import('../../web/serve');
  markTemporary(offer.dataFolder);
  const failed = program === null ? null : await openDesktop(program, offer);
  if (failed !== null) await say(`The desktop could not be started (${failed}).\n`);
  if (program === null || failed !== null) await openWeb(offer);
  return true;
}

async function openWeb({ terminal, checkout, files, dataFolder, opened, say }: Offer): Promise<void> {
  const web = await import('../../web/serve');
  const { loadEnvironment } = await import('../../engine/connect/load-environment');
  const manifest = await readFile(join(checkout, 'package.json'), 'utf8');
  const served = await web.serveConsole({
    port: 0,
    version: (JSON.parse(manifest) as { readonly version: string }).version,
    caller: terminalCaller(terminal.environment),
    dataFolder,
    webhook: null,
    onScreen: true,
    passwords: [],
    opening: web.fileOpening(await loadEnvironment(files.environment), files.datasets),
  });
  opened.add(() => served.close());
  await web.openOnScreen(served.link);
  await say(
    `The console: ${served.link}\nThe link works once. ${goesToo}\nConsole and sandbox stay open until Ctrl-C.\n`,
  );
}

/** @returns null where its window came; else why not */
async function openDesktop(program: string, offer: Offer): Promise<string | null> {
  const { terminal, checkout, files, dataFolder, opened, say } = offer;
  const child = spawn(program, [checkout, '-e', files.environment, '-d', files.datasets], {
    cwd: checkout,
    env: { ...terminal.environment, ASTRO_SYNC_HOME: dataFolder },
    stdio: 'ignore',
    // Ctrl-C is for the demo, which then ends the desktop: it must not ask whether to quit.
    detached: true,
  });
  let ended = false;
  const end = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => {
      ended = true;
      resolve(message);
    });
    child.once('exit', (code, signal) => {
      ended = true;
      resolve(`it ended with ${String(code ?? signal)}`);
    });
  });
  opened.add(async () => {
    if (ended) return;
    child.kill('SIGTERM');
    // It may ask what to do with a run that is under way; its servers are about to go.
    setTimeout(() => child.kill('SIGKILL'), endMs).unref();
    await end;
  });
  await say(`The console opens in a window of its own. ${goesToo}\nThe sandbox stays open until Ctrl-C.\n`);
  const started = new Promise<null>((resolve) => {
    setTimeout(() => {
      resolve(null);
    }, startMs).unref();
  });
  return Promise.race([started, end.then((reason) => (child.exitCode === 0 ? null : reason))]);
}
