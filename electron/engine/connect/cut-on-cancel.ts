/** What is under way gets so long to come to its end; a server that answers at all does so within it. */
const patienceMs = 1_000;

/**
 * Cuts a connection soon after a run was cancelled, so that a server that no longer answers does not hold the cancel up.
 * @param cut fails what waits for an answer
 * @param afterMs how soon
 * @returns to be called once the connection is no longer needed
 */
export function cutOnCancel(signal: AbortSignal, cut: () => void, afterMs = patienceMs): () => void {
  let timer: NodeJS.Timeout | undefined;
  const cancelled = (): void => {
    timer = setTimeout(cut, afterMs);
  };
  if (signal.aborted) cancelled();
  else signal.addEventListener('abort', cancelled, { once: true });
  return () => {
    signal.removeEventListener('abort', cancelled);
    clearTimeout(timer);
  };
}
