import type { Wire } from '../../../shared/contract/wire';
import { checkedFrames } from './check';
import { socketWire } from './socket-wire';

/** What the preload of the desktop gives to the page; absent in a browser. */
interface DesktopBridge {
  readonly platform: string;
  readonly wire?: Wire;
}

declare global {
  interface Window {
    readonly astroSync?: DesktopBridge;
  }
}

/** The wire to this page's host: that of the desktop where there is one, else a WebSocket to where the page came from. */
export function hostWire(): Wire {
  const bridge = window.astroSync?.wire;
  if (bridge !== undefined) {
    return {
      invoke: (method, input, session) => bridge.invoke(method, input, session),
      subscribe: (after, listener) => bridge.subscribe(after, checkedFrames(listener)),
      onConnection: (listener) => bridge.onConnection(listener),
    };
  }
  const address = new URL('/ws', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return socketWire(address.href);
}
