// `webContents`: one page of Chromium, and the app's say in where it goes.
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { preventable } from './app.mjs';
import { bindingName, isolatedWorldScript, mainWorldScript, receiverName, worldName } from './isolated-world.mjs';

let lastId = 0;

/** What Electron takes where an app says nothing. */
const defaultPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  devTools: true,
};

/**
 * @param {object} host
 * @param {ReturnType<typeof import('./browser.mjs').startBrowser>} host.browser
 * @param {ReturnType<typeof import('./session.mjs').createProtocol>} host.protocol
 * @param {ReturnType<typeof import('./session.mjs').createSession>} host.session
 * @param {ReturnType<typeof import('./ipc.mjs').createIpcMain>} host.ipcMain
 * @param {Record<string, any>} preferences
 */
export function createContents({ browser, protocol, session, ipcMain }, preferences) {
  lastId += 1;
  /** @type {typeof defaultPreferences & { preload?: string }} */
  const used = { ...defaultPreferences, ...preferences };
  /** @type {import('./browser.mjs').Session | null} */
  let page = null;
  let targetId = '';
  let destroyed = false;
  /** The address that the app itself loads; everything else is the page's doing. */
  let loading = '';
  /** @type {(details: object) => { action: string }} */
  let onOpen = () => ({ action: 'allow' });
  /** @type {Map<string, { id: string, parent: any, url: string, origin: string }>} */
  const frames = new Map();
  /** The frame that each isolated world belongs to. @type {Map<number, string>} */
  const worlds = new Map();

  /** @param {{ id: string, parentId?: string, url: string, urlFragment?: string }} told */
  const frameOf = ({ id, parentId, url, urlFragment = '' }) => {
    const frame = frames.get(id) ?? {
      id,
      parent: parentId === undefined ? null : (frames.get(parentId) ?? {}),
      url: '',
      origin: '',
    };
    frame.url = protocol.inward(url + urlFragment);
    frame.origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(frame.url)?.[0] ?? 'null';
    frames.set(id, frame);
    return frame;
  };

  /** @param {any} request */
  const decide = async (request) => {
    const asked = /** @type {import('./browser.mjs').Session} */ (page);
    const url = protocol.inward(request.request.url);
    const isMainFrame = request.frameId === contents.mainFrame?.id;
    if (request.resourceType === 'Document') {
      const event = preventable({
        url,
        isMainFrame,
        isSameDocument: false,
        frame: frames.get(request.frameId) ?? null,
      });
      if (isMainFrame && request.request.url === loading) loading = '';
      else if (request.redirectedRequestId !== undefined)
        contents.emit('will-redirect', event, url, false, isMainFrame);
      else {
        contents.emit('will-frame-navigate', event);
        if (isMainFrame) contents.emit('will-navigate', event, url);
      }
      if (event.defaultPrevented)
        return asked.send('Fetch.failRequest', { requestId: request.requestId, errorReason: 'Aborted' });
    }
    const { method, headers } = request.request;
    const answer = await protocol.answer(url, { method, headers });
    if (answer === null) return asked.send('Fetch.continueRequest', { requestId: request.requestId });
    return asked.send('Fetch.fulfillRequest', {
      requestId: request.requestId,
      responseCode: answer.status,
      responseHeaders: [...answer.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await answer.arrayBuffer()).toString('base64'),
    });
  };

  /** @param {number} context @param {object} message */
  const toWorld = async (context, message) => {
    await page
      ?.send('Runtime.evaluate', { contextId: context, expression: `${receiverName}(${JSON.stringify(message)})` })
      .catch(() => undefined); // the page went away meanwhile
  };

  /** @param {number} context @param {{ id?: number, channel: string, args: unknown[] }} message */
  const fromWorld = async (context, { id, channel, args }) => {
    const senderFrame = frames.get(worlds.get(context) ?? '') ?? null;
    const event = { sender: contents, senderFrame, frameId: 1, processId: 1, type: 'frame' };
    if (id === undefined) {
      ipcMain.emit(channel, event, ...args);
      return;
    }
    try {
      const value = await ipcMain.invoked(event, channel, args);
      await toWorld(context, { id, value });
    } catch (error) {
      await toWorld(context, { id, error: error instanceof Error ? error.message : String(error) });
    }
  };

  const attach = async () => {
    const made = await browser.root.send('Target.createTarget', { url: 'about:blank' });
    targetId = made.targetId;
    const { sessionId } = await browser.root.send('Target.attachToTarget', { targetId, flatten: true });
    const tab = browser.session(sessionId);
    page = tab;
    tab.on('Page.frameNavigated', ({ frame }) => {
      const known = frameOf(frame);
      if (known.parent === null) {
        contents.mainFrame = known;
        contents.emit('did-navigate', {}, known.url, 200, 'OK');
      }
    });
    tab.on('Page.frameDetached', ({ frameId, reason }) => {
      if (reason === 'remove') frames.delete(frameId);
    });
    tab.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      const known = frames.get(frameId);
      if (known === undefined) return;
      known.url = protocol.inward(url);
      contents.emit('did-navigate-in-page', {}, known.url, known.parent === null);
    });
    tab.on('Page.domContentEventFired', () => contents.emit('dom-ready', {}));
    tab.on('Page.loadEventFired', () => contents.emit('did-finish-load', {}));
    tab.on('Inspector.targetCrashed', () =>
      contents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
    );
    tab.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) worlds.set(context.id, context.auxData.frameId);
    });
    tab.on('Runtime.executionContextDestroyed', ({ executionContextId }) => worlds.delete(executionContextId));
    tab.on('Runtime.executionContextsCleared', () => worlds.clear());
    tab.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === bindingName) void fromWorld(executionContextId, JSON.parse(payload));
    });
    tab.on('Fetch.requestPaused', (request) => void decide(request).catch(() => undefined));
    const commands = [
      tab.send('Page.enable'),
      tab.send('Inspector.enable'),
      tab.send('Runtime.enable'),
      tab.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] }),
      tab.send('Runtime.addBinding', { name: bindingName, executionContextName: worldName }),
    ];
    if (used.preload !== undefined) {
      const secret = randomBytes(16).toString('hex');
      commands.push(
        tab.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript(secret) }),
        tab.send('Page.addScriptToEvaluateOnNewDocument', {
          source: isolatedWorldScript(secret, used.preload),
          worldName,
        }),
      );
    }
    await Promise.all(commands);
    const { frameTree } = await tab.send('Page.getFrameTree');
    contents.mainFrame = frameOf(frameTree.frame);
  };

  const contents = Object.assign(new EventEmitter(), {
    id: lastId,
    session,
    /** @type {any} */
    mainFrame: null,
    targetId: () => targetId,
    attached: () => attaching,
    getLastWebPreferences: () => ({ ...used }),
    isDestroyed: () => destroyed,
    getURL: () => contents.mainFrame?.url ?? '',
    getTitle: () => '',
    /** @param {typeof onOpen} handler */
    setWindowOpenHandler: (handler) => void (onOpen = handler),
    /** A new window that the page asks for. @param {{ url: string }} details @returns {boolean} whether it may be */
    mayOpen: ({ url }) =>
      onOpen({ url: protocol.inward(url), frameName: '', features: '', disposition: 'new-window', referrer: {} })
        .action === 'allow',
    /** @param {string} url */
    async loadURL(url) {
      await attaching;
      const outward = protocol.outward(url);
      await session.applyPermissions(browser.root, contents, new URL(outward).origin);
      loading = outward;
      const { errorText } = (await page?.send('Page.navigate', { url: outward })) ?? {};
      if (errorText) throw new Error(`${errorText} loading '${url}'`);
    },
    reload: () => void page?.send('Page.reload'),
    /** @param {string} channel @param {unknown[]} args */
    send(channel, ...args) {
      for (const [context, frame] of worlds) {
        if (frame === contents.mainFrame?.id) void toWorld(context, { channel, args });
      }
    },
    openDevTools: () => undefined,
    isDevToolsOpened: () => false,
    /** Asks the window, as a page that calls `window.close()`. */
    close: () => contents.emit('double:close'),
    destroy() {
      if (destroyed) return;
      destroyed = true;
      void attaching.then(() => browser.root.send('Target.closeTarget', { targetId })).catch(() => undefined);
      contents.emit('destroyed');
    },
  });
  const attaching = attach();
  attaching.catch((error) => process.stderr.write(`double: ${String(error)}\n`));
  return contents;
}
