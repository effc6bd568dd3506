import type { MessagePort } from 'node:worker_threads';
import { redact } from '../../engine/connect/secrets';
import { SyncError } from '../../engine/errors';
import { callEngine } from './engine-proxy';
import type { EngineSession } from './engine-session';
import { errorMessage } from './messages';
import type { FromEngine, ToEngine } from './messages';
import { openHere } from './open-here';

/** Answers for the engine over a port: the far end of remoteEngine. Ends when the port is closed. */
export function serveEngine(port: MessagePort): void {
  const underWay = new Map<number, AbortController>();
  let session: EngineSession | null = null;
  const say = (message: FromEngine): void => {
    port.postMessage(message);
  };
  const opened = (): EngineSession => {
    if (session === null) throw new SyncError('NO_SESSION', 'No environment is open');
    return session;
  };

  const answer = async (message: Exclude<ToEngine, { kind: 'abort' }>): Promise<unknown> => {
    switch (message.kind) {
      case 'open': {
        session = await openHere(message.request, (text) => {
          say({ kind: 'warning', text: redact(text) });
        });
        return session.opened;
      }
      case 'call':
        return call(opened(), message);
      case 'reload':
        return opened().reload();
      case 'tunnelWays':
        return opened().tunnelWays();
      case 'ping':
        return opened().ping();
      case 'dropKept':
        return opened().dropKept();
      case 'close':
        return session?.close();
    }
  };

  const call = async (
    on: EngineSession,
    { id, method, words }: Extract<ToEngine, { kind: 'call' }>,
  ): Promise<unknown> => {
    const controller = new AbortController();
    underWay.set(id, controller);
    const engine = on.engine((event) => {
      say({ kind: 'event', id, event });
    });
    try {
      const [request, ...rest] = words;
      const takesSignal = typeof request === 'object' && request !== null;
      const given = takesSignal ? { ...request, signal: controller.signal } : request;
      return await callEngine(engine, method, words.length === 0 ? [] : [given, ...rest]);
    } finally {
      underWay.delete(id);
    }
  };

  port.on('message', (message: ToEngine) => {
    if (message.kind === 'abort') {
      underWay.get(message.id)?.abort();
      return;
    }
    const { id } = message;
    answer(message).then(
      (value) => {
        say({ kind: 'value', id, value });
      },
      (error: unknown) => {
        say({ kind: 'error', id, error: errorMessage(error) });
      },
    );
  });
  port.on('close', () => void session?.close());
}
