import { useEffect, useSyncExternalStore } from 'react';
import type { ComponentType } from 'react';

export interface Later<Props extends object> {
  /** Nothing, until its file is there. */
  readonly Shown: ComponentType<Props>;
  /** Loads its file before it is shown; where that fails, showing it tries again. */
  readonly ahead: () => void;
}

/** A component in a file of its own. React's own way (`lazy` and `Suspense`) would hold it back for 300 ms, and lose what is typed meanwhile. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  let found: ComponentType<Props> | null = null;
  let begun = false;
  const readers = new Set<() => void>();
  const ahead = (): void => {
    if (begun) return;
    begun = true;
    load().then(
      (component) => {
        found = component;
        for (const reader of readers) reader();
      },
      () => (begun = false),
    );
  };
  const follow = (reader: () => void): (() => void) => {
    readers.add(reader);
    return () => readers.delete(reader);
  };
  function Shown(props: Props) {
    useEffect(ahead, []);
    const Found = useSyncExternalStore(follow, () => found);
    return Found === null ? null : <Found {...props} />;
  }
  return { Shown, ahead };
}
