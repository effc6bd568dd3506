import type { EngineListener } from '../../../shared/engine/events';
import { SyncError } from '../../engine/errors';
import { engineProxy } from './engine-proxy';
import type { Definitions, EngineSession, OpenRequest, Opened, TunnelWay } from './engine-session';
import { errorOf } from './messages';
import type { FromEngine, ToEngine } from './messages';

/** A way to the thread of an engine. */
export interface EnginePort {
  post(message: ToEngine): void;
  onMessage(listener: (message: FromEngine) => void): void;
  /** The thread has ended, by a crash or because it was closed. */
  onEnd(listener: (reason: string) => void): void;
  /** Ends the thread, whatever it does. */
  end(): Promise<void>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly listener: EngineListener | null;
}

/**
 * Opens an environment in another thread.
 * @param onWarning gets what is wrong with secrets and files, without any secret
 * @param onCrash is told once where the thread ends by itself; every call then fails with INTERNAL
 * @throws SyncError ENVIRONMENT_INVALID, SECRET_UNAVAILABLE, TUNNEL_FAILED, INTERNAL
 */
export async function remoteEngine(
  port: EnginePort,
  request: OpenRequest,
  { onWarning, onCrash }: { readonly onWarning: (text: string) => void; readonly onCrash: (error: SyncError) => void },
): Promise<EngineSession> {
  const pending = new Map<number, Pending>();
  let last = 0;
  let ended: SyncError | null = null;
  let closing = false;

  port.onMessage((message) => {
    if (message.kind === 'warning') {
      onWarning(message.text);
      return;
    }
    const call = pending.get(message.id);
    if (message.kind === 'event') {
      call?.listener?.(message.event);
      return;
    }
    pending.delete(message.id);
    if (message.kind === 'value') call?.resolve(message.value);
    else call?.reject(errorOf(message.error));
  });
  port.onEnd((reason) => {
    ended = new SyncError('INTERNAL', `The engine stopped unexpectedly: ${reason}`, {
      hint: 'Runs that it worked on are shown as interrupted; what they had committed stays. Run again.',
      retryable: true,
    });
    for (const call of pending.values()) call.reject(ended);
    pending.clear();
    if (!closing) onCrash(ended);
  });

  const ask = (
    message: DistributiveOmit<Exclude<ToEngine, { kind: 'abort' }>, 'id'>,
    listener: EngineListener | null = null,
    signal?: AbortSignal,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== null) {
        reject(ended);
        return;
      }
      last += 1;
      const id = last;
      const onAbort = (): void => {
        port.post({ kind: 'abort', id });
      };
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      pending.set(id, {
        listener,
        resolve(value) {
          settled();
          resolve(value);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      port.post({ ...message, id });
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });

  const opened = await ask({ kind: 'open', request }).catch(async (error: unknown) => {
    closing = true;
    await port.end();
    throw error;
  });
  return {
    opened: opened as Opened,
    engine: (listener) =>
      engineProxy((method, words) => {
        const { request: first, signal } = withoutSignal(words[0]);
        const given = [first, ...words.slice(1)].slice(0, words.length);
        return ask({ kind: 'call', method, words: given }, listener, signal);
      }),
    reload: () => ask({ kind: 'reload' }) as Promise<Definitions>,
    tunnelWays: () => ask({ kind: 'tunnelWays' }) as Promise<TunnelWay[]>,
    ping: () => ask({ kind: 'ping' }) as Promise<void>,
    dropKept: () => ask({ kind: 'dropKept' }) as Promise<void>,
    async close() {
      closing = true;
      if (ended === null) await ask({ kind: 'close' }).catch(() => undefined);
      await port.end();
    },
  };
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A signal does not cross to another thread: it becomes a message of its own. */
function withoutSignal(word: unknown): { readonly request: unknown; readonly signal?: AbortSignal } {
  if (typeof word !== 'object' || word === null || !('signal' in word)) return { request: word };
  const { signal, ...request } = word;
  return signal instanceof AbortSignal ? { request, signal } : { request };
}
