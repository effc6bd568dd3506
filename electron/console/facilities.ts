import type { Alert } from '../../shared/contract/alert';
import type { AppInfo } from '../../shared/contract/methods/app';
import type { Caller } from '../engine/operate/api';
import type { NoticeOutcome } from './alerts/notice';
import type { OpenEngine } from './engine/engine-session';
import type { Log } from './log/open-log';
import type { SyncError } from '../engine/errors';
import type { SecretStore } from './secrets/secret-store';
import type { Damaged } from './stores/put-aside';
import type { NewFolder } from './profiles/assert-may-read';
import type { Connections, NewReference } from './profiles/references';
import type { OpenStore } from './stores/store';

/** What only a host has: the console asks it for these and for nothing else. */
export interface Facilities {
  readonly host: AppInfo['host'];
  /** What this computer keeps of the console: profiles, settings, alerts. */
  readonly dataFolder: string;
  /** Dataset definitions, icons and SQL that ship. */
  readonly resources: string;
  readonly log: Log;
  readonly caller: Caller;
  readonly versions: Readonly<Record<string, string>>;
  readonly openStore: OpenStore;
  readonly secrets: SecretStore;
  /** Files of its own that it found damaged. */
  readonly damaged: () => readonly Damaged[];
  /** Where the engine works; the host tells what its thread says. */
  readonly engineOpener: (told: {
    readonly onWarning: (text: string) => void;
    readonly onCrash: (error: SyncError) => void;
  }) => OpenEngine;
  /** The environment that this host was started with: its passwords may go to its servers; null where there is none. */
  readonly startedWith: Connections | null;
  /**
   * Which of these passwords may be taken from their files and variables and sent to their servers. Asked of the user, where this host
   * can ask without the page; else by where they are.
   */
  readonly mayBeSent: (references: readonly NewReference[]) => Promise<readonly NewReference[]>;
  /** What has to be done so that one may be sent. */
  readonly sendingHint: string;
  /** Folders and files of definitions that this host was started with; what is below them is admitted too. */
  readonly definitionFolders: readonly string[];
  /** Whether a folder that holds something else too may be read as one of definitions: asked of the user, where this host can. */
  readonly mayBeRead: (folder: NewFolder) => Promise<boolean>;
  /** What has to be done so that it may be read. */
  readonly readingHint: string;
  /** Shows a native notice. @returns how that went, in words */
  notice(alert: Alert, sound: boolean): Promise<NoticeOutcome>;
  /** A link that lets one more browser in, once and not for long; null where no browser comes in. */
  anotherLink(): string | null;
  /** Opens an address in the user's browser. */
  openExternal(url: string): Promise<void>;
  /** Opens a file with the user's own program; false where this host cannot. */
  openPath(file: string): Promise<boolean>;
  /** Finds out where a file of that name is to go, before it is made; null where the user wants it no more. */
  askWhere(name: string): Promise<Destination | null>;
}

/** Where a file goes that the user asked for. */
export interface Destination {
  /**
   * Takes the finished file, which is moved: to where the user said, or to be fetched once.
   * @throws SyncError FILE_NOT_WRITTEN
   */
  deliver(file: string): Promise<{ readonly file: string; readonly download: string | null }>;
}
