import { defaultSettings, settingsSchema } from '../../../shared/contract/settings';
import type { Settings, SettingsPatch } from '../../../shared/contract/settings';
import type { Hub } from '../events/hub';
import type { OpenStore } from './store';
import { versionedFile } from './versioned';

/** The settings of this computer. */
export interface SettingsStore {
  get(): Settings;
  set(patch: SettingsPatch): Settings;
  /** Notes whether an address for alerts is kept; the address itself is a secret. */
  setHasWebhook(hasUrl: boolean): Settings;
}

export function openSettings(openStore: OpenStore, folder: string, hub: Hub): SettingsStore {
  const file = versionedFile(openStore, folder, {
    name: 'settings',
    version: 1,
    schema: settingsSchema,
    empty: defaultSettings,
    migrations: {},
  });
  const write = (settings: Settings): Settings => {
    file.write(settings);
    hub.publish({ type: 'settings' });
    return settings;
  };
  return {
    get: () => file.read(),
    set(patch) {
      const settings = file.read();
      return write({
        ...settings,
        ...given(patch),
        alerts: { ...settings.alerts, ...given(patch.alerts ?? {}) },
        webhook: { ...settings.webhook, ...given(patch.webhook ?? {}) },
      });
    },
    setHasWebhook(hasUrl) {
      const settings = file.read();
      return write({ ...settings, webhook: { ...settings.webhook, has_url: hasUrl } });
    },
  };
}

/** Without what is undefined: a patch says nothing about that. */
function given<T extends object>(patch: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
