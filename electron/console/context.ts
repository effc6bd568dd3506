import type { Alerts } from './alerts/alerts';
import type { Inbox } from './alerts/inbox';
import type { Damaged } from './stores/put-aside';
import type { SettingsStore } from './stores/settings';
import type { OpenEngine } from './engine/engine-session';
import type { Hub } from './events/hub';
import type { Facilities } from './facilities';
import type { ProfileSecrets } from './profiles/profile-secrets';
import type { ProfileStore } from './profiles/profile-store';
import type { SessionHolder } from './session/session';
import type { Tasks } from './tasks/tasks';

/** What the methods of the contract work with. */
export interface ConsoleContext {
  readonly facilities: Facilities;
  readonly hub: Hub;
  readonly session: SessionHolder;
  readonly tasks: Tasks;
  readonly settings: SettingsStore;
  readonly alerts: Alerts;
  readonly inbox: Inbox;
  readonly profiles: ProfileStore;
  readonly profileSecrets: ProfileSecrets;
  /** Files of the data folder that were damaged, and put aside. */
  readonly damaged: () => readonly Damaged[];
  /** For a short look at an environment that is not opened for good. */
  readonly openEngine: OpenEngine;
}
