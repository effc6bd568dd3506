// `ipcMain`: what the preload sends arrives here, with who sent it.
import { EventEmitter } from 'node:events';

export function createIpcMain() {
  /** @type {Map<string, (event: object, ...args: unknown[]) => unknown>} */
  const handlers = new Map();
  return Object.assign(new EventEmitter(), {
    /** @param {string} channel @param {(event: object, ...args: unknown[]) => unknown} handler */
    handle(channel, handler) {
      if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
      handlers.set(channel, handler);
    },
    /** @param {string} channel */
    removeHandler: (channel) => void handlers.delete(channel),
    /**
     * @param {object} event
     * @param {string} channel
     * @param {unknown[]} args
     */
    async invoked(event, channel, args) {
      const handler = handlers.get(channel);
      if (handler === undefined)
        throw new Error(`Error invoking remote method '${channel}': No handler registered for '${channel}'`);
      return handler(event, ...args);
    },
  });
}
