/** One JSON file that is read and written whole; conf and electron-store are such. */
export interface Store {
  readonly path: string;
  read(): unknown;
  write(content: Readonly<Record<string, unknown>>): void;
}

/** Opens the file of that name in the data folder; throws SyntaxError where it is no JSON. */
export type OpenStore = (name: string) => Store;
