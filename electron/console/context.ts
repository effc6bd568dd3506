import type { SettingsStore } from './stores/settings';
import type { Hub } from './events/hub';
import type { Facilities } from './facilities';
import type { SessionHolder } from './session/session';
import type { Tasks } from './tasks/tasks';

/** What the methods of the contract work with. */
export interface ConsoleContext {
  readonly facilities: Facilities;
  readonly hub: Hub;
  readonly session: SessionHolder;
  readonly tasks: Tasks;
  readonly settings: SettingsStore;
}
