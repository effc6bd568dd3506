/**
 * The channels of the desktop's transport: requests as text of a request frame (see wire.ts), answered with the text of an outcome;
 * frames of events the other way. Nothing else passes between a page and the desktop.
 */
export const ipcChannels = { call: 'astro-sync:call', events: 'astro-sync:events' } as const;
