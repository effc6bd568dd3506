import { definitionState } from '../../engine/dataset/definition-files';

/** An editor writes a file in several steps: what it wrote is read once it was the same twice. */
const everyMs = 400;

/**
 * Tells when the definitions of a folder or file have changed, also where it was made later, or was away for a while. Looks at them
 * again and again: not every file system says by itself that something changed, and none of a folder that is not there.
 * @param read how they were when they were read; what was changed since then is told of too
 * @returns ends it
 */
export function watchDefinitions(
  path: string,
  changed: () => void,
  read: Promise<string> = definitionState(path),
): () => void {
  let known: string | null = null;
  let before: string | null = null;
  let ended = false;
  const look = async (): Promise<void> => {
    known ??= await read;
    const state = await definitionState(path);
    if (state !== known && state === before && !ended) {
      known = state;
      changed();
    }
    before = state;
    next();
  };
  const next = (): void => {
    if (!ended) setTimeout(() => void look(), everyMs).unref();
  };
  void look();
  return () => {
    ended = true;
  };
}
