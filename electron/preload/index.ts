import { contextBridge } from 'electron';

/** What the page sees of the privileged side. Names what the page needs and nothing that forwards at will. */
contextBridge.exposeInMainWorld('astroSync', { platform: process.platform });
