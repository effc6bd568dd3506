import type { AnswerFrame, ConnectionState, Outcome, RequestFrame, Wire } from '../../../shared/contract/wire';
import { backoff } from './backoff';
import { asFrame } from './check';
import { positionAfter } from './position';
import type { Position } from './position';
import { watchSilence } from './silence';

type Listener = Parameters<Wire['subscribe']>[1];

interface Subscription {
  position: Position;
  readonly listener: Listener;
}

/** How long a request waits for a lost connection to come back before it fails; it has not been sent by then. */
const patience = 10_000;

/**
 * The wire of the web console. A lost connection is opened again, for as long as the page lives, and events go on after the last
 * one that was seen. A request that was sent and not answered fails: whether it took effect is not known, so it is not sent again.
 */
export function socketWire(url: string): Wire {
  const waiting = new Map<number, (outcome: Outcome) => void>();
  const connectionListeners = new Set<(state: ConnectionState) => void>();
  let subscription: Subscription | null = null;
  let socket: WebSocket | null = null;
  let opened = gate();
  let attempt = 0;
  let nextId = 1;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const tell = (state: ConnectionState): void => {
    for (const listener of connectionListeners) listener(state);
  };
  const send = (frame: RequestFrame): void => socket?.send(JSON.stringify(frame));
  const ask = (
    asked: { readonly method: string; readonly input: unknown; readonly session?: string | null },
    answered: (outcome: Outcome) => void,
  ): void => {
    silence.asked();
    const id = nextId++;
    waiting.set(id, answered);
    send({ kind: 'call', id, ...asked });
  };
  const silence = watchSilence(
    () => socket?.readyState === WebSocket.OPEN && waiting.size > 0,
    () => ask({ method: 'session.current', input: {} }, () => undefined),
    (silent) => tell(silent ? 'silent' : 'open'),
  );
  const subscribeNow = (): void => {
    if (subscription !== null) send({ kind: 'subscribe', after: subscription.position });
  };

  function take(received: unknown): void {
    if (isAnswer(received)) {
      // Whoever asked looks at what it is: nobody waits for good for an answer that came.
      waiting.get(received.id)?.(received.outcome);
      waiting.delete(received.id);
      return;
    }
    const frame = asFrame(received);
    if (subscription === null || frame === null) return;
    subscription.position = positionAfter(subscription.position, frame);
    subscription.listener(frame);
  }

  function lost(): void {
    if (socket === null) return;
    socket = null;
    opened = gate();
    for (const answer of waiting.values()) answer(connectionLost('before the answer came'));
    waiting.clear();
    tell('lost');
    retry = setTimeout(connect, backoff(attempt++));
  }

  /** A socket tells nobody why it was refused; a plain question does: another console answers there, or none that knows this page. */
  async function lookWhy(): Promise<void> {
    const answer = await fetch(new URL('/', window.location.href), { method: 'HEAD', cache: 'no-store' }).catch(
      () => null,
    );
    if (answer?.status !== 401 || socket?.readyState === WebSocket.OPEN) return;
    clearTimeout(retry);
    tell('ended');
  }

  function connect(): void {
    clearTimeout(retry);
    if (socket !== null) return;
    const opening = new WebSocket(url);
    socket = opening;
    opening.onopen = () => {
      attempt = 0;
      silence.heard();
      opened.pass();
      tell('open');
      subscribeNow();
    };
    opening.onmessage = (message) => {
      if (opening !== socket) return;
      silence.heard();
      take(parsed(String(message.data)));
    };
    let refused = true;
    opening.addEventListener('open', () => (refused = false));
    opening.onclose = () => {
      if (opening !== socket) return;
      lost();
      if (refused) void lookWhy();
    };
  }

  connect();
  window.addEventListener('online', connect);

  return {
    async invoke(method, input, session) {
      if (socket?.readyState !== WebSocket.OPEN) {
        const inTime = await Promise.race([opened.passed.then(() => true), after(patience).then(() => false)]);
        if (!inTime) return connectionLost('and nothing was sent');
      }
      return new Promise((answered) => {
        ask({ method, input, ...(session === undefined ? {} : { session }) }, answered);
      });
    },
    subscribe(position, listener) {
      const mine: Subscription = { position, listener };
      subscription = mine;
      if (socket?.readyState === WebSocket.OPEN) subscribeNow();
      return () => {
        if (subscription === mine) subscription = null;
      };
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAnswer(received: unknown): received is Extract<AnswerFrame, { kind: 'answer' }> {
  return typeof received === 'object' && received !== null && 'kind' in received && received.kind === 'answer';
}

/** Something to wait for. */
function gate(): { readonly passed: Promise<void>; readonly pass: () => void } {
  let pass = (): void => undefined;
  const passed = new Promise<void>((resolve) => (pass = resolve));
  return { passed, pass };
}

function after(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

function connectionLost(when: string): Outcome {
  return {
    ok: false,
    error: {
      code: 'CONNECTION_LOST',
      message: `The connection to the console was lost, ${when}.`,
      hint: 'It is opened again by itself. If it was stopped, start "astro-sync console" and open its new link.',
      retryable: true,
      details: {},
    },
  };
}
