/** One JSON file that is read and written whole; conf and electron-store are such. */
export interface Store {
  readonly path: string;
  read(): unknown;
  write(content: Readonly<Record<string, unknown>>): void;
}

/** What a console keeps, each in a file of its own. */
export type FileName = 'profiles' | 'settings' | 'alerts' | 'secrets' | 'window';

/** Opens the file of that name in the data folder; throws SyntaxError where it is no JSON. */
export type OpenStore = (name: string) => Store;
