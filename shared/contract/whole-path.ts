/**
 * Whether a path does not depend on where a program was started: from `/`, `~/` or a drive on. One to another computer (`\\server\share`)
 * is none: Windows logs in there with the user's name as soon as it is looked at.
 */
export function isWholePath(path: string): boolean {
  return /^(~\/|\/(?![\\/])|[A-Za-z]:[\\/])/.test(path);
}
