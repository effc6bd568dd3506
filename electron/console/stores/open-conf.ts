import Conf from 'conf';
import type { OpenStore } from './store';

/**
 * Files of the web console: the same format as the desktop's (electron-store is conf under another name).
 * @param folder the data folder; made where it is missing
 */
export function confStores(folder: string): OpenStore {
  return (name) => {
    const conf = new Conf<Record<string, unknown>>({
      cwd: folder,
      configName: name,
      projectName: 'astro-sync',
      // Names of environments and hosts are nobody else's business on a shared server.
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
    });
    return {
      path: conf.path,
      read: () => conf.store,
      write(content) {
        conf.store = { ...content };
      },
    };
  };
}
