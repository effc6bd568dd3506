import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Help } from 'commander';
import type { Command, Option } from 'commander';
import { terminalCaller } from '../caller';
import { exitCode } from '../exit-code';
import { usageError } from '../failure';
import type { AddCommand, Invocation, Outcome } from '../invocation';
import { ask } from '../prompt';
import { write } from '../terminal';
import { defaultEnvironment } from '../with-engine';
import { webhookAddress, webhookVariable } from './webhook-address';

interface Options {
  readonly port?: string;
  readonly open: boolean;
  readonly webhookFile?: string;
  readonly passwords?: string;
}

export const addConsole: AddCommand = (program, perform) => {
  const command = program
    .command('console')
    .description('Serve the console to a browser on this computer')
    .option('--port <n>', 'the port to listen on (default: any that is free)')
    .option('--no-open', 'do not open a browser; print the link only')
    .option(
      '--webhook-file <file>',
      `a private file with the address that alerts are posted to (default: ${webhookVariable})`,
    )
    .option(
      '--passwords <folder>',
      'a folder of password files that saved environments may name (beside ~/.astro-sync)',
    )
    .configureHelp({
      ...program.configureHelp(),
      visibleGlobalOptions: (of) => globalOptions(of).filter(({ long }) => long !== '--json'),
    })
    .addHelpText(
      'after',
      '\nOpens the environment of -e, or astro-sync.yaml of this folder; where there is none, the console lists the saved ones.\n' +
        'It listens on 127.0.0.1 alone; the link works once, in one browser, which can make links for others. Ctrl-C cancels what is under way and ends; once more stops at once.\n' +
        'Examples:\n  astro-sync console\n  astro-sync console -e staging.yaml -d datasets --no-open --port 7700',
    );
  command.action(() => {
    const work: Work = { busy: () => false };
    return perform(
      command,
      (invocation) => {
        const { port, open, webhookFile, passwords } = command.opts<Options>();
        if (invocation.json) throw usageError('The console has no --json', 'It prints one line, the link.');
        const version = program.version() ?? '';
        return serve(invocation, work, { port: portOf(port), open, webhookFile, passwords, version });
      },
      () => (work.busy() ? 'Cancelling what is under way. Once more stops at once.' : 'Stopped.'),
    );
  });
};

function globalOptions(of: Command): Option[] {
  return Object.assign(new Help(), { showGlobalOptions: true }).visibleGlobalOptions(of);
}

/** Whether something is under way; nothing is until the console serves. */
interface Work {
  busy: () => boolean;
}

interface ServeRequest {
  readonly port: number;
  readonly open: boolean;
  readonly webhookFile: string | undefined;
  readonly passwords: string | undefined;
  readonly version: string;
}

async function serve(
  invocation: Invocation,
  work: Work,
  { port, open, webhookFile, passwords, version }: ServeRequest,
): Promise<Outcome> {
  const { terminal, signal } = invocation;
  const web = await import('../../web/serve');
  // Before all that has to be loaded here: half a second less until the link is there.
  if (fileOf(invocation) !== undefined) web.prepareEngine();
  const served = await web.serveConsole({
    port,
    version,
    onScreen: open,
    caller: terminalCaller(terminal.environment),
    dataFolder: web.dataFolder(terminal.environment),
    webhook: await webhookAddress(webhookFile, terminal.environment),
    passwords: passwords === undefined ? [] : [folderOf(passwords)],
    opening: await openingOf(invocation),
  });
  work.busy = () => served.busy();
  try {
    if (served.alertsGoNowhere) await write(terminal.err, nowhere);
    await write(terminal.out, `${served.link}\n`);
    if (terminal.err.isTTY) await write(terminal.err, once);
    if (open) await web.openOnScreen(served.link);
    await aborted(signal);
    const cutOff = served.busy();
    await served.close();
    return { document: null, text: () => '', exitCode: cutOff ? exitCode.cancelled : exitCode.done };
  } catch (error) {
    await served.close();
    throw error;
  }
}

const once = 'The link works once, in one browser, which can make links for others. Ctrl-C ends the console.\n';

const nowhere = `Alerts are to be sent to a webhook, and its address is not known: it was kept until the last console ended.
Give it by --webhook-file or ${webhookVariable}, or switch the webhook off in Settings.\n`;

/** @throws SyncError USAGE */
function folderOf(passwords: string): string {
  const folder = resolve(passwords);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw usageError(
    `--passwords ${passwords}: there is no such folder`,
    'Name the folder that holds the password files.',
  );
}

/** The environment file that is opened: of -e, else that of this folder. */
function fileOf({ options }: Invocation): string | undefined {
  return options.environment ?? (existsSync(defaultEnvironment) ? defaultEnvironment : undefined);
}

/** What -e (or the file in this folder) and -d name, as a session of its own; it is not saved. */
async function openingOf(invocation: Invocation) {
  const { terminal, options, signal } = invocation;
  const file = fileOf(invocation);
  if (file === undefined) {
    if (options.datasets === undefined) return null;
    throw usageError('-d goes with -e', 'A saved environment names its own datasets.');
  }
  const { loadEnvironment } = await import('../../engine/connect/load-environment');
  const loaded = await loadEnvironment(file);
  const datasets = resolve(options.datasets ?? 'datasets');
  if (!existsSync(datasets)) {
    throw usageError(
      `${options.datasets ?? 'datasets'}: there is no such file or folder`,
      'Name the definitions with -d.',
    );
  }
  const secrets: Record<string, string> = {};
  for (const [name, { password }] of Object.entries(loaded.definition.databases)) {
    if (typeof password !== 'object' || !('prompt' in password) || !terminal.interactive) continue;
    secrets[name] = await ask(terminal, { text: `Enter the password of database "${name}": `, hidden: true, signal });
  }
  const { fileOpening } = await import('../../web/serve');
  return fileOpening(loaded, datasets, secrets);
}

/** @throws SyncError USAGE */
function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw usageError(`--port ${text} is no port`, 'Give a number up to 65535, or leave it out.');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
