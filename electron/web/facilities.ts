import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { webhookSecret } from '../console/alerts/alerts';
import { showNotice } from '../console/alerts/notice';
import { inWorker } from '../console/engine/start-worker';
import type { Facilities } from '../console/facilities';
import { engineWorker, programFolder, resourcesFolder } from '../console/program-folder';
import { openLog } from '../console/log/open-log';
import { sessionSecrets } from '../console/secrets/session-secrets';
import type { Opening } from '../console/session/session';
import { confStores } from '../console/stores/open-conf';
import { SyncError } from '../engine/errors';
import type { Caller } from '../engine/operate/api';
import type { Downloads } from './downloads';
import { ownFolder } from '../console/profiles/own-places';
import { connectionsOf, sendingHint, setAside } from './named-passwords';
import { hasScreen, openOnScreen } from './open-on-screen';

export interface WebHost {
  readonly caller: Caller;
  readonly version: string;
  readonly dataFolder: string;
  readonly downloads: Downloads;
  /** The address that alerts are posted to, where it was given at the start. */
  readonly webhook: string | null;
  /** Whether the user sits before the screen of this computer: else the page shows a path instead of opening it there. */
  readonly onScreen: boolean;
  readonly anotherLink: Facilities['anotherLink'];
  /** The environment that is opened at once. */
  readonly opening: Pick<Opening, 'request'> | null;
  /** Folders of files with passwords, beside ~/.astro-sync. */
  readonly passwords: readonly string[];
}

/** What a server without a desktop can give to the console. */
export function webFacilities({
  caller,
  version,
  dataFolder,
  downloads,
  webhook,
  onScreen,
  anotherLink,
  opening,
  passwords,
}: WebHost): Facilities {
  makeDataFolder(dataFolder);
  return {
    host: 'web',
    dataFolder,
    resources: resourcesFolder(),
    log: openLog(dataFolder, 'web'),
    caller: { ...caller, application: 'web console' },
    versions: { 'astro-sync': version, node: process.versions.node, v8: process.versions.v8 },
    openStore: confStores(dataFolder),
    secrets: sessionSecrets(webhook === null ? {} : { [webhookSecret]: webhook }),
    damaged: () => [],
    engineOpener: (told) => inWorker(join(programFolder(), engineWorker), told),
    startedWith: opening === null ? null : connectionsOf(opening.request.definition, opening.request.folder),
    mayBeSent: (references) => Promise.resolve(setAside(references, [ownFolder(), ...passwords])),
    sendingHint,
    definitionFolders: opening === null ? [] : [opening.request.datasets],
    // There is nobody to ask but the page.
    mayBeRead: () => Promise.resolve(false),
    readingHint:
      'Name a folder of its own for the definitions, such as a new one; or put them below ~/.astro-sync, or start the console with the folder, by -e and -d.',
    notice: showNotice,
    anotherLink,
    async openExternal(url) {
      await openOnScreen(url);
    },
    openPath: (file) => (onScreen && hasScreen() ? openOnScreen(file) : Promise.resolve(false)),
    // The browser asks where to, if anybody does.
    askWhere: (name) =>
      Promise.resolve({
        deliver: (file) => Promise.resolve({ file: name, download: downloads.offer(file, name) }),
      }),
  };
}

/** @throws SyncError FILE_NOT_WRITTEN */
function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new SyncError('FILE_NOT_WRITTEN', `The folder of the console, ${folder}, cannot be written to (${code})`, {
      hint: 'Name another one with ASTRO_SYNC_HOME.',
      cause,
    });
  }
}
