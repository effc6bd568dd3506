import { SyncError } from '../../engine/errors';
import { failureOf } from '../failure';
import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';
import { notePageErrors } from '../log/page-errors';
import { rememberEvents, writeBundle } from '../support/bundle';
import { licences } from '../support/licences';
import { isTemporary } from '../stores/temporary-folder';

type AppMethods =
  | `app.${'info' | 'anotherLink' | 'licences' | 'supportBundle' | 'reportError' | 'openDataFolder' | 'openExternal'}`
  | 'settings.get'
  | 'settings.set';

/** Where a page may send its user: nothing else is opened. */
const externalAddresses: readonly string[] = [
  'https://github.com/',
  'https://www.postgresql.org/',
  'https://redis.io/',
];

export function appHandlers(context: ConsoleContext): Pick<Handlers, AppMethods> {
  const { facilities, settings } = context;
  const events = rememberEvents(context);
  const notePageError = notePageErrors(facilities.log.logger);
  return {
    'app.licences': () => licences(),
    'app.supportBundle': async () => {
      const name = `astro-sync-support-${new Date().toISOString().slice(0, 10)}.tar.gz`;
      const destination = await facilities.askWhere(name);
      if (destination === null) return { file: null, download: null };
      return destination.deliver(await writeBundle(context, events()));
    },
    'app.info': async () => ({
      host: facilities.host,
      platform: process.platform,
      versions: { ...facilities.versions },
      data_folder: facilities.dataFolder,
      temporary: isTemporary(facilities.dataFolder),
      log_file: facilities.log.file,
      operator: facilities.caller.operator,
      sandbox: await sandboxAvailability(),
      secrets: facilities.secrets.about,
    }),
    'app.anotherLink': () => ({ link: facilities.anotherLink() }),
    'app.reportError': (error) => {
      notePageError(error);
      return {};
    },
    'app.openDataFolder': async () => {
      const { dataFolder } = facilities;
      return { folder: dataFolder, opened: await facilities.openPath(dataFolder) };
    },
    'app.openExternal': async ({ url }) => {
      if (!externalAddresses.some((allowed) => url.startsWith(allowed))) {
        throw new SyncError('INPUT_INVALID', 'That address is not on the list of those that the console opens');
      }
      await facilities.openExternal(url);
      return {};
    },
    'settings.get': () => settings.get(),
    'settings.set': (patch) => settings.set(patch),
  };
}

/** Whether real servers can be started here: a package of the desktop brings none. */
async function sandboxAvailability(): Promise<{ available: boolean; reason: string | null }> {
  try {
    const { installedPackage } = await import('../../sandbox/servers/postgres-package');
    await installedPackage(18);
    return { available: true, reason: null };
  } catch (error) {
    return { available: false, reason: failureOf(error).message };
  }
}
