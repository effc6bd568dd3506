import type { Page } from '@playwright/test';

/** A frame of the console on its way to the page. */
export interface Frame {
  readonly id?: number;
  readonly outcome?: unknown;
}

export interface Frames {
  /** Sends the page a frame that no console sent. */
  send: (text: string) => void;
}

/**
 * What a host would say that has a fault, or another version than the page: real frames, changed on their way to the page.
 * @param spoiled gets each frame, and the method that it answers; null: it never comes
 */
export async function spoil(
  page: Page,
  spoiled: (frame: Frame, method: string | undefined) => Frame | null,
): Promise<Frames> {
  const asked = new Map<number, string>();
  const frames: Frames = { send: () => undefined };
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    frames.send = (text) => {
      socket.send(text);
    };
    socket.onMessage((message) => {
      const frame = JSON.parse(message.toString()) as { kind: string; id: number; method: string };
      if (frame.kind === 'call') asked.set(frame.id, frame.method);
      server.send(message);
    });
    server.onMessage((message) => {
      const frame = JSON.parse(message.toString()) as Frame;
      const sent = spoiled(frame, asked.get(frame.id ?? 0));
      if (sent !== null) socket.send(JSON.stringify(sent));
    });
  });
  return frames;
}

/** Answers of these methods are refusals of a full disk, until they are taken out again. */
export async function refuse(page: Page): Promise<Set<string>> {
  const refused = new Set<string>();
  const error = {
    code: 'FILE_NOT_WRITTEN',
    message: 'The disk of the console is full',
    hint: 'Make room, and try again.',
    retryable: true,
    details: {},
  };
  await spoil(page, (frame, method) =>
    refused.has(method ?? '') ? { ...frame, outcome: { ok: false, error } } : frame,
  );
  return refused;
}
