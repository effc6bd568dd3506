/**
 * The environment that the page shows, as the host names its opening; null: none is open; undefined: the page does not know yet. What
 * somebody answered for one environment is not to be done in another that was opened meanwhile.
 */
let known: string | null | undefined;

export const knownSession = (): string | null | undefined => known;

export function knowSession(openedAt: string | null | undefined): void {
  known = openedAt;
}
