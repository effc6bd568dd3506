import { defaultSettings, settingsSchema } from '../../../shared/contract/settings';
import type { Settings, SettingsPatch } from '../../../shared/contract/settings';
import type { Hub } from '../events/hub';
import type { Damaged } from './put-aside';
import type { OpenStore } from './store';
import { versionedFile } from './versioned';

/** The settings of this computer. */
export interface SettingsStore {
  damaged(): Damaged | null;
  get(): Settings;
  set(patch: SettingsPatch): Settings;
  /** Tells that something changed which is kept elsewhere: the address for alerts, a secret. */
  changed(): Settings;
}

/** @param hasWebhook whether an address for alerts is kept with the secrets */
export function openSettings(
  openStore: OpenStore,
  folder: string,
  { hub, hasWebhook }: { readonly hub: Hub; readonly hasWebhook: () => boolean },
): SettingsStore {
  const file = versionedFile(openStore, folder, {
    name: 'settings',
    version: 1,
    schema: settingsSchema,
    empty: defaultSettings,
    migrations: {},
  });
  const read = (): Settings => {
    const settings = file.read();
    return { ...settings, webhook: { ...settings.webhook, has_url: hasWebhook() } };
  };
  const changed = (): Settings => {
    hub.publish({ type: 'settings' });
    return read();
  };
  return {
    damaged: () => file.damaged(),
    get: read,
    changed,
    set(patch) {
      file.change((settings) => ({
        ...settings,
        ...given(patch),
        alerts: { ...settings.alerts, ...given(patch.alerts ?? {}) },
        webhook: { ...settings.webhook, ...given(patch.webhook ?? {}), has_url: false },
      }));
      return changed();
    },
  };
}

/** Without what is undefined: a patch says nothing about that. */
function given<T extends object>(patch: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
