import type { AppInfo } from '../../../shared/contract/methods/app';

/** Keeps secrets by name (`profile/<id>/<part>/<what it is for>`, `webhook`); never in a file of profiles. */
export interface SecretStore {
  /** What it is, in words for the page. */
  readonly about: AppInfo['secrets'];
  /** null where there is none. */
  get(name: string): Promise<string | null>;
  /**
   * @param insist keep it for good also where the system has no real keychain
   * @returns how long it is kept
   */
  set(name: string, secret: string, insist: boolean): Promise<'kept' | 'session'>;
  /** Keeps it until this process ends, wherever the others are kept. */
  hold(name: string, secret: string): void;
  has(name: string): 'kept' | 'session' | 'missing';
  /** Names that begin so, also of secrets that can no longer be read. */
  names(beginning: string): readonly string[];
  remove(name: string): Promise<void>;
}
