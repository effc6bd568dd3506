// `BrowserWindow`: options, place and life of a window, around a real page.
import { EventEmitter } from 'node:events';
import { preventable } from './app.mjs';
import { createContents } from './contents.mjs';

/**
 * @param {object} host
 * @param {ReturnType<typeof import('./app.mjs').createApp>} host.app
 * @param {ReturnType<typeof import('./browser.mjs').startBrowser>} host.browser
 * @param {ReturnType<typeof import('./session.mjs').createProtocol>} host.protocol
 * @param {ReturnType<typeof import('./session.mjs').createSession>} host.session
 * @param {ReturnType<typeof import('./ipc.mjs').createIpcMain>} host.ipcMain
 * @returns {{ BrowserWindow: unknown, webContents: unknown, connected: () => Promise<void>, closeAll: () => boolean }}
 */
export function createWindows(host) {
  const { app, browser } = host;
  /** @type {Set<BrowserWindow>} */
  const all = new Set();

  class BrowserWindow extends EventEmitter {
    #bounds;
    #title;
    #visible;
    #maximized = false;
    #minimized = false;
    #destroyed = false;

    /** @param {Record<string, any>} options */
    constructor(options = {}) {
      super();
      const { x = 100, y = 60, width = 800, height = 600, title = app.getName(), show = true } = options;
      this.#bounds = { x, y, width, height };
      this.#title = title;
      this.#visible = show;
      this.webContents = createContents(host, options['webPreferences'] ?? {});
      this.webContents.once('dom-ready', () => this.emit('ready-to-show'));
      this.webContents.on('double:close', () => this.close());
      all.add(this);
      app.emit('web-contents-created', {}, this.webContents);
      app.emit('browser-window-created', {}, this);
    }
    static getAllWindows() {
      return [...all];
    }
    static getFocusedWindow() {
      return [...all].find((window) => window.isVisible()) ?? null;
    }
    /** @param {unknown} contents */
    static fromWebContents(contents) {
      return [...all].find((window) => window.webContents === contents) ?? null;
    }
    /** @param {string} url */
    loadURL(url) {
      return this.webContents.loadURL(url);
    }
    close() {
      if (this.#destroyed) return;
      const event = preventable();
      this.emit('close', event);
      if (!event.defaultPrevented) this.destroy();
    }
    destroy() {
      if (this.#destroyed) return;
      this.#destroyed = true;
      all.delete(this);
      this.webContents.destroy();
      this.emit('closed');
      if (all.size === 0 && !app.isQuitting()) app.emit('window-all-closed');
    }
    isDestroyed() {
      return this.#destroyed;
    }
    show() {
      this.#visible = true;
      this.emit('show');
    }
    hide() {
      this.#visible = false;
      this.emit('hide');
    }
    isVisible() {
      return this.#visible;
    }
    focus() {
      this.emit('focus');
    }
    minimize() {
      this.#minimized = true;
    }
    restore() {
      this.#minimized = false;
    }
    isMinimized() {
      return this.#minimized;
    }
    maximize() {
      this.#maximized = true;
      this.emit('maximize');
    }
    isMaximized() {
      return this.#maximized;
    }
    getBounds() {
      return { ...this.#bounds };
    }
    getNormalBounds() {
      return { ...this.#bounds };
    }
    /** @param {Partial<{ x: number, y: number, width: number, height: number }>} bounds */
    setBounds(bounds) {
      this.#bounds = { ...this.#bounds, ...bounds };
      this.emit('move');
      this.emit('resize');
    }
    getTitle() {
      return this.#title;
    }
    /** @param {string} title */
    setTitle(title) {
      this.#title = title;
    }
  }

  /**
   * Who drives the test holds a new page until it is ready for it, and its opener waits with it: it is closed once it runs.
   * Nothing is loaded meanwhile, since this browser finds no host.
   * @param {string} targetId
   */
  const closePopup = async (targetId) => {
    const { sessionId } = await browser.root.send('Target.attachToTarget', { targetId, flatten: true });
    // An answer or none (it went on to the address meanwhile): either way it runs.
    await browser
      .session(sessionId)
      .send('Runtime.evaluate', { expression: '0' })
      .catch(() => undefined);
    await browser.root.send('Target.closeTarget', { targetId });
  };

  /** A page that another page opened: the app that owns the opener says whether it may be. */
  const watchPopups = async () => {
    browser.root.on('Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.type !== 'page' || targetInfo.openerId === undefined) return;
      const opener = [...all].find((window) => window.webContents.targetId() === targetInfo.openerId);
      if (opener?.webContents.mayOpen({ url: targetInfo.url }) === true) return;
      void closePopup(targetInfo.targetId).catch(() => undefined);
    });
    await browser.root.send('Target.setDiscoverTargets', { discover: true });
  };

  return {
    BrowserWindow,
    webContents: {
      getAllWebContents: () => [...all].map((window) => window.webContents),
      /** @param {string} id */
      fromDevToolsTargetId: (id) =>
        [...all].map((window) => window.webContents).find((contents) => contents.targetId() === id) ?? null,
    },
    connected: watchPopups,
    /** @returns {boolean} false where a window would not close */
    closeAll() {
      for (const window of all) window.close();
      return all.size === 0;
    },
  };
}
