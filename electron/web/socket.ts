import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { limits, requestFrameSchema } from '../../shared/contract/wire';
import type { AnswerFrame, Outcome, RequestFrame } from '../../shared/contract/wire';
import type { Console } from '../console/console';
import { tooLarge } from '../console/too-large';

/** Why a connection is ended (RFC 6455, 7.4.1). */
const closeCodes = { notText: 1003, refused: 1008, tooBusy: 1013 } as const;

/** Calls of one page that may be under way at once, and bytes that may wait for a page that does not read. */
const bounds = { calls: 256, unread: 67_108_864 } as const;
const heartbeatMs = 20_000;

export interface SocketOptions {
  readonly server: Server;
  readonly console: Console;
  /** Whether the request comes from our own page: Host, Origin and cookie. */
  readonly allowed: (headers: Readonly<Record<string, string | string[] | undefined>>) => boolean;
}

/**
 * The transport of the contract for a browser, at /ws. Frames that are larger or of another shape than the contract says end the
 * connection; nothing of them is done.
 * @returns ends all connections
 */
export function serveSocket({ server, console, allowed }: SocketOptions): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.request, perMessageDeflate: false });
  server.on('upgrade', (request, socket: Duplex, head) => {
    // Whoever is refused may be gone before they hear of it.
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== '/ws' || !allowed(request.headers)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (open) => {
      serveOne(open, console);
    });
  });
  return () => {
    for (const open of sockets.clients) open.terminate();
    sockets.close();
  };
}

function serveOne(socket: WebSocket, console: Console): void {
  let calls = 0;
  let unsubscribe: (() => void) | null = null;
  let alive = true;
  let refused = false;
  const send = (frame: AnswerFrame): void => {
    if (socket.readyState !== socket.OPEN) return;
    // A page that was suspended by its browser goes on after the last event that it saw.
    if (socket.bufferedAmount > bounds.unread) socket.terminate();
    else socket.send(JSON.stringify(frame));
  };
  const call = async ({ id, method, input, session }: Extract<RequestFrame, { kind: 'call' }>): Promise<void> => {
    calls += 1;
    try {
      answer(socket, id, await console.dispatch(method, input, session));
    } finally {
      calls -= 1;
    }
  };
  const heartbeat = setInterval(() => {
    if (!alive) socket.terminate();
    alive = false;
    socket.ping();
  }, heartbeatMs);

  socket.on('pong', () => (alive = true));
  socket.on('error', () => {
    socket.terminate();
  });
  socket.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe?.();
  });
  const refuse = (code: number, reason: string): void => {
    refused = true;
    unsubscribe?.();
    socket.close(code, reason);
  };
  socket.on('message', (data: Buffer, isBinary) => {
    // What comes behind a frame that ended the connection is not read.
    if (refused) return;
    if (isBinary) {
      refuse(closeCodes.notText, 'text expected');
      return;
    }
    const frame = readFrame(data);
    if (frame === null) {
      refuse(closeCodes.refused, 'not a frame of the contract');
    } else if (frame.kind === 'subscribe') {
      unsubscribe?.();
      unsubscribe = console.hub.subscribe(frame.after, send);
    } else if (calls >= bounds.calls) {
      refuse(closeCodes.tooBusy, 'too many calls at once');
    } else {
      call(frame).catch(() => {
        socket.terminate();
      });
    }
  });
}

function readFrame(data: Buffer): RequestFrame | null {
  try {
    const result = requestFrameSchema.safeParse(JSON.parse(data.toString('utf8')));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}

function answer(socket: WebSocket, id: number, outcome: Outcome): void {
  const frame = (sent: Outcome): string => JSON.stringify({ kind: 'answer', id, outcome: sent } satisfies AnswerFrame);
  if (socket.readyState !== socket.OPEN) return;
  // What was answered is no longer a call under way: a page that asks on and reads nothing is ended as above.
  if (socket.bufferedAmount > bounds.unread) {
    socket.terminate();
    return;
  }
  const text = frame(outcome);
  socket.send(Buffer.byteLength(text) <= limits.answer ? text : frame(tooLarge));
}
