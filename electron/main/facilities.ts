import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { App, Dialog, Notification as NotificationClass, SafeStorage, Shell } from 'electron';
import { inWorker } from '../console/engine/start-worker';
import type { Facilities } from '../console/facilities';
import type { Log } from '../console/log/open-log';
import { engineWorker, programFolder, resourcesFolder } from '../console/program-folder';
import { plainFile } from '../console/stores/plain';
import type { PlainFile } from '../console/stores/plain';
import { SyncError } from '../engine/errors';
import { askToRead } from './ask-to-read';
import { askToSend } from './ask-to-send';
import { askWhere } from './ask-where';
import type { SaveDialog } from './ask-where';
import { keychainSecrets, keptSecretsSchema } from './keychain';
import { noticesOf } from './notices';
import { leftSchema } from './bounds';
import { electronStores } from './stores';

export interface Desktop {
  readonly app: App;
  readonly shell: Shell;
  readonly safeStorage: SafeStorage;
  readonly Notification: typeof NotificationClass;
  readonly dataFolder: string;
  readonly log: Log;
  /** Shows the window, at that place. */
  readonly open: (place: string) => void;
  readonly saveDialog: SaveDialog['show'];
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
}

/** What a desktop can give to the console. Only after the app is ready. */
export async function desktopFacilities({
  app,
  shell,
  safeStorage,
  Notification,
  dataFolder,
  log,
  open,
  saveDialog,
  dialog,
}: Desktop): Promise<Facilities & { readonly windowFile: PlainFile }> {
  const openStore = electronStores(dataFolder);
  const windowFile = plainFile(openStore, dataFolder, 'window', leftSchema);
  const secretsFile = plainFile(openStore, dataFolder, 'secrets', keptSecretsSchema);
  return {
    windowFile,
    damaged: () => [secretsFile.damaged(), windowFile.damaged()].filter((file) => file !== null),
    host: 'desktop',
    dataFolder,
    resources: resourcesFolder(),
    log,
    caller: { operator: operatorOf(process.env), host: hostname(), application: 'desktop' },
    versions: versionsOf(app),
    openStore,
    secrets: await keychainSecrets({
      safeStorage,
      file: secretsFile,
      platform: process.platform,
      onUnreadable: (name) => {
        log.logger.warn({ name }, 'a secret that was kept can no longer be read');
      },
    }),
    engineOpener: (told) => inWorker(join(programFolder(), engineWorker), told),
    startedWith: null,
    mayBeSent: askToSend(dialog),
    sendingHint: 'Answer the question of the desktop with yes, or type the password in.',
    definitionFolders: [],
    mayBeRead: askToRead(dialog),
    readingHint: 'Answer the question of the desktop with yes, or name a folder of its own for the definitions.',
    notice: noticesOf({ Notification, open }),
    anotherLink: () => null,
    async openExternal(url) {
      // Whatever the list of the console holds, nothing but a web page is handed to the system.
      if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
        throw new SyncError('INPUT_INVALID', 'Only https addresses are opened');
      }
      await shell.openExternal(url);
    },
    openPath: async (file) => (await shell.openPath(file)) === '',
    askWhere: askWhere({ folder: () => app.getPath('downloads'), show: saveDialog }),
  };
}

function versionsOf(app: App): Record<string, string> {
  const { electron, chrome, node } = process.versions;
  return {
    'astro-sync': app.getVersion(),
    ...Object.fromEntries(Object.entries({ electron, chrome, node }).filter(([, version]) => Boolean(version))),
  };
}

/** Who works here: ASTRO_SYNC_OPERATOR, else the user of the operating system. */
function operatorOf(environment: NodeJS.ProcessEnv): string {
  const named = environment['ASTRO_SYNC_OPERATOR']?.trim() ?? '';
  return named === '' ? userInfo().username : named;
}
