/** Which database reported an error. Apart from the driver: hosts that pass errors on do not load that. */
const reporters = new WeakMap<object, string>();

/** Notes that the server of the database with this label reported the error. */
export function reportedBy(error: object, label: string): void {
  reporters.set(error, label);
}

/** For messages: the label of the database whose server reported this error; null where none did. */
export function reporterOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null ? (reporters.get(error) ?? null) : null;
}
