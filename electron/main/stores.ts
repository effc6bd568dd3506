import ElectronStore from 'electron-store';
import type { OpenStore } from '../console/stores/store';

/** Files of the desktop: the same format as the web console's (conf is electron-store under another name). */
export function electronStores(folder: string): OpenStore {
  return (name) => {
    const store = new ElectronStore<Record<string, unknown>>({
      cwd: folder,
      name,
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
    });
    return {
      path: store.path,
      read: () => store.store,
      write(content) {
        store.store = { ...content };
      },
    };
  };
}
