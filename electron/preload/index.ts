import { contextBridge, ipcRenderer } from 'electron';
import { ipcChannels } from '../../shared/contract/ipc';
import type { Outcome, RequestFrame, Wire } from '../../shared/contract/wire';

type Listener = Parameters<Wire['subscribe']>[1];
type Frame = Parameters<Listener>[0];

let listener: Listener | null = null;
let nextId = 1;

ipcRenderer.on(ipcChannels.events, (_event, text: string) => {
  listener?.(JSON.parse(text) as Frame);
});

async function ask(frame: RequestFrame): Promise<Outcome> {
  return JSON.parse((await ipcRenderer.invoke(ipcChannels.call, JSON.stringify(frame))) as string) as Outcome;
}

/** The wire of the desktop. It is open for as long as the page lives. */
const wire: Wire = {
  invoke: (method, input, session) =>
    ask({ kind: 'call', id: nextId++, method, input, ...(session === undefined ? {} : { session }) }),
  subscribe(after, heard) {
    listener = heard;
    void ask({ kind: 'subscribe', after });
    return () => {
      if (listener === heard) listener = null;
    };
  },
  onConnection(heard) {
    heard('open');
    return () => undefined;
  },
};

/** What the page sees of the privileged side: the contract's wire, and nothing that forwards at will. */
contextBridge.exposeInMainWorld('astroSync', { platform: process.platform, wire });
