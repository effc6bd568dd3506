import { Buffer } from 'node:buffer';
import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import { ipcChannels } from '../../shared/contract/ipc';
import { limits, requestFrameSchema } from '../../shared/contract/wire';
import type { Outcome, RequestFrame } from '../../shared/contract/wire';
import type { Console } from '../console/console';
import { originOf } from './page-protocol';
import { tooLarge } from '../console/too-large';

export interface IpcTransport {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly console: Pick<Console, 'dispatch' | 'hub'>;
  /** The origin that our page has. */
  readonly origin: string;
  /** Whether these contents are those of a window of ours. */
  readonly ours: (contents: WebContents) => boolean;
  /** Told when the page begins to hear events, and when it no longer does. */
  readonly onListening: (now: boolean) => void;
}

/**
 * The transport of the contract for the desktop's page. Who asks is looked at first (the main frame of our own page in our own
 * window), then the size, then the shape; what the method is and takes is the console's to check.
 */
export function serveIpc({ ipcMain, console, origin, ours, onListening }: IpcTransport): void {
  const subscriptions = new WeakMap<WebContents, () => void>();
  const followed = new WeakSet<WebContents>();
  const unsubscribe = (contents: WebContents): void => {
    const end = subscriptions.get(contents);
    if (end === undefined) return;
    subscriptions.delete(contents);
    end();
    onListening(false);
  };
  const subscribe = (contents: WebContents, after: Extract<RequestFrame, { kind: 'subscribe' }>['after']): void => {
    subscriptions.get(contents)?.();
    const end = console.hub.subscribe(after, (frame) => {
      if (!contents.isDestroyed()) contents.send(ipcChannels.events, JSON.stringify(frame));
    });
    if (!followed.has(contents)) {
      followed.add(contents);
      // A page that is loaded anew subscribes anew; until then nobody is there to hear.
      for (const gone of ['did-navigate', 'render-process-gone', 'destroyed'] as const) {
        contents.on(gone as 'destroyed', () => {
          unsubscribe(contents);
        });
      }
    }
    subscriptions.set(contents, end);
    onListening(true);
  };
  ipcMain.handle(ipcChannels.call, async (event, request: unknown) => {
    if (!fromOurPage(event, origin, ours)) return written(refused('Only the page of this console is answered'));
    const frame = readFrame(request);
    if (typeof frame === 'string') return written(refused(frame));
    if (frame.kind === 'call') return written(await console.dispatch(frame.method, frame.input, frame.session));
    subscribe(event.sender, frame.after);
    return written({ ok: true, value: null });
  });
}

function fromOurPage(event: IpcMainInvokeEvent, origin: string, ours: (contents: WebContents) => boolean): boolean {
  const { sender, senderFrame } = event;
  // A frame that has navigated away or was removed is null.
  if (senderFrame?.parent !== null || senderFrame !== sender.mainFrame) return false;
  return originOf(senderFrame.url) === origin && ours(sender);
}

/** @returns the frame; else what is wrong with it */
function readFrame(request: unknown): RequestFrame | string {
  if (typeof request !== 'string') return 'A request is text';
  // A UTF-8 text has at least as many bytes as characters: the count needs no copy of what is far too long.
  if (request.length > limits.request || Buffer.byteLength(request) > limits.request) {
    return `A request has at most ${limits.request} bytes`;
  }
  try {
    const result = requestFrameSchema.safeParse(JSON.parse(request));
    return result.success ? result.data : 'This is no request of the contract';
  } catch {
    return 'This is no JSON';
  }
}

function written(outcome: Outcome): string {
  const text = JSON.stringify(outcome);
  return Buffer.byteLength(text) <= limits.answer ? text : JSON.stringify(tooLarge);
}

function refused(message: string): Outcome {
  return { ok: false, error: { code: 'INPUT_INVALID', message, hint: null, retryable: false, details: {} } };
}
