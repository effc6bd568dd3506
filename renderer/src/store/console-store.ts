import type { ConnectionState } from '../../../shared/contract/wire';
import { create } from 'zustand';
import type { AppInfo } from '../../../shared/contract/methods/app';
import type { Session } from '../../../shared/contract/methods/session';
import type { Settings } from '../../../shared/contract/settings';
import { defaultSettings } from './default-settings';
import { noActivity } from './activity';
import type { Activity } from './activity';
import { knowSession } from '../wire/known-session';
import type { Toast } from './toasts';
import type { ViewCommand } from './view-commands';

/** What every view may read. It is changed by events of the host and by what a view asks for, in the files beside this one. */
export interface ConsoleState {
  readonly connection: 'connecting' | ConnectionState;
  /** undefined: not known yet */
  readonly session: Session | null | undefined;
  readonly info: AppInfo | null;
  readonly settings: Settings;
  /** The host's own connection to the servers of the environment. */
  readonly unreachable: { readonly message: string | null; readonly retryAt: string | null } | null;
  readonly unread: number;
  readonly activity: Activity;
  readonly toasts: readonly Toast[];
  readonly overlay: 'palette' | 'keys' | 'inbox' | null;
  /** what the view that is shown can do, by the part of it that offers it */
  readonly here: Readonly<Record<string, readonly ViewCommand[]>>;
}

export const useConsole = create<ConsoleState>()(() => ({
  connection: 'connecting',
  session: undefined,
  info: null,
  settings: defaultSettings,
  unreachable: null,
  unread: 0,
  activity: noActivity,
  toasts: [],
  overlay: null,
  here: {},
}));

useConsole.subscribe(({ session }) => knowSession(session === undefined ? undefined : (session?.opened_at ?? null)));
