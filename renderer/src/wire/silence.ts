/** After so long without a word somebody is asked who could answer at once, and after so long again the host counts as silent. */
const patience = 10_000;
const lookEvery = 1000;

/** Notices where a host holds its connection and says nothing any more. */
export interface Silence {
  /** Somebody begins to wait for an answer. */
  readonly asked: () => void;
  /** The host said something, or its connection is a new one. */
  readonly heard: () => void;
}

/**
 * @param waits whether an answer is awaited at all: who asks nothing expects nothing
 * @param probe asks what is answered at once; an answer that takes long by right is told from silence by that
 * @param tell true once the host is silent, false once it is heard again
 */
export function watchSilence(waits: () => boolean, probe: () => void, tell: (silent: boolean) => void): Silence {
  let quietSince = Date.now();
  let probedAt: number | null = null;
  let silent = false;
  const look = (): void => {
    const now = Date.now();
    if (silent || !waits()) return;
    if (probedAt === null) {
      if (now - quietSince < patience) return;
      probedAt = now;
      probe();
    } else if (now - probedAt >= patience) {
      silent = true;
      tell(true);
    }
  };
  setInterval(look, lookEvery);
  return {
    asked() {
      if (!waits()) quietSince = Date.now();
    },
    heard() {
      quietSince = Date.now();
      probedAt = null;
      if (!silent) return;
      silent = false;
      tell(false);
    },
  };
}
