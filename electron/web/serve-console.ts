import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { createConsole } from '../console/console';
import { pageFolder } from '../console/program-folder';
import type { Opening } from '../console/session/session';
import { surviveUncaught } from '../console/survive';
import { SyncError } from '../engine/errors';
import type { Caller } from '../engine/operate/api';
import { createDownloads } from './downloads';
import { webFacilities } from './facilities';
import { answerHttp } from './http';
import { serveSocket } from './socket';
import { createDoorkeeper } from './token';
import type { Doorkeeper } from './token';

/** Nobody but this computer reaches the console. */
const address = '127.0.0.1';

export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly caller: Caller;
  readonly version: string;
  /** Where profiles, settings and alerts are kept. */
  readonly dataFolder: string;
  /** The address that alerts are posted to, where it was given at the start. */
  readonly webhook: string | null;
  /** Whether the user sits before the screen of this computer. */
  readonly onScreen: boolean;
  /** Folders of files with passwords that a page may name, beside ~/.astro-sync; absolute. */
  readonly passwords: readonly string[];
  /** Opened at once; null: the page lists the saved profiles. */
  readonly opening: Opening | null;
}

export interface ServedConsole {
  /** The link that lets one browser in, once. */
  readonly link: string;
  readonly port: number;
  /** Alerts are to be sent to a webhook whose address is not known. */
  readonly alertsGoNowhere: boolean;
  /** Whether a run, plan or verification is under way. */
  busy(): boolean;
  /** Cancels what is under way, waits for it, and ends. */
  close(): Promise<void>;
}

/**
 * Serves the console to a browser on this computer.
 * @throws SyncError of the environment that is opened; USAGE where the port is taken
 */
export async function serveConsole(options: ServeOptions): Promise<ServedConsole> {
  const downloads = createDownloads();
  let doorkeeper: Doorkeeper | null = null;
  let host = '';
  const linkOf = (token: string): string => `http://${host}/?token=${token}`;
  const facilities = webFacilities({
    ...options,
    downloads,
    anotherLink: () => (doorkeeper === null ? null : linkOf(doorkeeper.anotherToken())),
  });
  const console = createConsole(facilities);
  const { logger, file } = facilities.log;
  const letGo = surviveUncaught({
    console,
    logger,
    end(reason) {
      process.stderr.write(`The console has to end: ${reason}\nWhat was under way is cancelled. The log: ${file}\n`);
      process.exit(1);
    },
  });
  const server = createServer((request, response) => {
    answerHttp(
      { host: () => host, doorkeeper: () => doorkeeper ?? createDoorkeeper(0), downloads, page: pageFolder() },
      request,
      response,
    );
  });
  const closeSockets = serveSocket({
    server,
    console,
    allowed: (headers) =>
      headers['host'] === host &&
      headers['origin'] === `http://${host}` &&
      typeof headers['cookie'] === 'string' &&
      (doorkeeper?.knows(headers['cookie']) ?? false),
  });
  const close = async (): Promise<void> => {
    await console.close();
    closeSockets();
    server.closeAllConnections();
    await new Promise<void>((closed) => {
      server.close(() => {
        closed();
      });
    });
    await downloads.close();
    letGo();
  };
  try {
    if (options.opening !== null) await console.open(options.opening);
    const port = await listening(server, options.port);
    host = `${address}:${String(port)}`;
    doorkeeper = createDoorkeeper(port);
    return {
      link: linkOf(doorkeeper.token),
      port,
      alertsGoNowhere: console.alertsGoNowhere(),
      busy: () => console.busy(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new SyncError(
          'USAGE',
          `The console cannot listen on ${address}:${String(port)} (${error.code ?? error.message})`,
          {
            hint: 'Name another port with --port, or leave it out.',
          },
        ),
      );
    });
    server.listen(port, address, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
