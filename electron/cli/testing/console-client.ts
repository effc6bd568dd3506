import { WebSocket } from 'ws';
import type { InputOf, MethodName, OutputOf } from '../../../shared/contract/contract';
import type { ConsoleEvent } from '../../../shared/contract/events';
import type { AnswerFrame, NumberedEvent, Outcome, RequestFrame } from '../../../shared/contract/wire';

/** What a browser does: it opens the link, keeps the cookie, and speaks the contract over one WebSocket. */
export interface ConsoleClient {
  readonly origin: string;
  readonly cookie: string;
  /** Events seen so far, over all connections. */
  readonly events: NumberedEvent[];
  /** Whether what was missed while it was cut off came after all; of the last subscription. */
  complete(): boolean;
  /** @throws Error with the code, where it failed */
  call<Name extends MethodName>(method: Name, input: InputOf<Name>): Promise<OutputOf<Name>>;
  outcome(method: string, input: unknown): Promise<Outcome>;
  /** Waits for an event, also one that was seen already. */
  until<E extends ConsoleEvent>(wanted: (event: ConsoleEvent) => event is E): Promise<E>;
  until(wanted: (event: ConsoleEvent) => boolean): Promise<ConsoleEvent>;
  send(text: string | Buffer): void;
  /** The code with which the host ended the connection. */
  readonly closed: () => Promise<number>;
  /** Loses the connection as a cut wire does. */
  cut(): void;
  /** Connects again and goes on after the last event that was seen. */
  reconnect(): Promise<void>;
  close(): void;
}

/** Opens the link that the console printed, as a browser would. */
export async function openLink(link: string): Promise<{ readonly origin: string; readonly cookie: string }> {
  const answer = await fetch(link, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0];
  if (answer.status !== 302 || cookie === undefined) throw new Error(`${String(answer.status)} ${await answer.text()}`);
  return { origin: new URL(link).origin, cookie };
}

/** A page of the console, on a cookie that a browser holds. */
export async function connectPage(door: { readonly origin: string; readonly cookie: string }): Promise<ConsoleClient> {
  const { origin, cookie } = door;
  const events: NumberedEvent[] = [];
  const waiting = new Map<number, (outcome: Outcome) => void>();
  const listeners = new Set<() => void>();
  let position: { readonly host: string; readonly seq: number } | null = null;
  let isComplete = true;
  let last = 0;
  let socket = await opened();
  await subscribed();

  function opened(): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      const open = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers: { cookie, origin } });
      open.on('error', reject);
      open.on('message', (data: Buffer) => {
        receive(JSON.parse(data.toString()) as AnswerFrame);
      });
      open.on('open', () => {
        resolve(open);
      });
    });
  }
  function receive(frame: AnswerFrame): void {
    if (frame.kind === 'answer') {
      waiting.get(frame.id)?.(frame.outcome);
      waiting.delete(frame.id);
      return;
    }
    if (frame.kind === 'subscribed') {
      position = frame;
      isComplete = frame.complete;
    } else if (frame.kind === 'events') {
      events.push(...frame.events);
      position = { host: position?.host ?? '', seq: frame.events.at(-1)?.seq ?? 0 };
    }
    for (const listener of listeners) listener();
  }
  function say(frame: RequestFrame): void {
    socket.send(JSON.stringify(frame));
  }
  function subscribed(): Promise<void> {
    return new Promise((resolve) => {
      const heard = (data: Buffer): void => {
        if ((JSON.parse(data.toString()) as AnswerFrame).kind !== 'subscribed') return;
        socket.off('message', heard);
        resolve();
      };
      socket.on('message', heard);
      say({ kind: 'subscribe', after: position });
    });
  }
  const outcome = (method: string, input: unknown): Promise<Outcome> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      say({ kind: 'call', id: last, method, input });
    });

  return {
    origin,
    cookie,
    events,
    complete: () => isComplete,
    outcome,
    async call(method, input) {
      const answer = await outcome(method, input);
      if (answer.ok) return answer.value as OutputOf<typeof method>;
      throw new Error(`${answer.error.code}: ${answer.error.message}`);
    },
    until: <E extends ConsoleEvent>(wanted: (event: ConsoleEvent) => event is E) =>
      new Promise<E>((resolve) => {
        const look = (): void => {
          const found = events.map(({ event }) => event).find(wanted);
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      }),
    send(text) {
      socket.send(text);
    },
    closed: () =>
      new Promise((resolve) => {
        socket.on('close', resolve);
      }),
    cut() {
      socket.terminate();
    },
    async reconnect() {
      socket = await opened();
      await subscribed();
    },
    close() {
      socket.close();
    },
  };
}
