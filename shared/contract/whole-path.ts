/** Whether a path does not depend on where a program was started: from `/`, `~/` or a drive on. */
export function isWholePath(path: string): boolean {
  return /^(~?\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}
