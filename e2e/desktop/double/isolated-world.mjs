// The preload's side: scripts that Chromium runs before any script of the page, the built preload in a world of its own.
import { readFileSync } from 'node:fs';

export const worldName = 'Electron Isolated Context';
/** The binding that only the isolated world has. */
export const bindingName = '__electronDoubleSend';
/** Where the host's messages arrive in that world. */
export const receiverName = '__electronDoubleReceive';

/**
 * The page's own world: makes what the preload exposes. The two worlds share nothing but the document: they speak by events of a
 * name that no script of the page can know, since this has run and keeps no trace when the page begins.
 * @param {string} secret
 */
export function mainWorldScript(secret) {
  return `(${mainWorld.toString()})(${JSON.stringify(secret)})`;
}

/**
 * @param {string} secret
 * @param {string} preloadFile
 */
export function isolatedWorldScript(secret, preloadFile) {
  const names = JSON.stringify({ secret, bindingName, receiverName, platform: process.platform });
  const preload = readFileSync(preloadFile, 'utf8');
  return `(${isolatedWorld.toString()})(${names}, function (require, module, exports, process) {${preload}\n})`;
}

/** @param {string} secret */
function mainWorld(secret) {
  // As a preload of Electron: for the page itself, not for frames in it.
  if (window !== window.top) return;
  const document_ = document;
  const { addEventListener, dispatchEvent } = EventTarget.prototype;
  const { parse, stringify } = JSON;
  const { apply, defineProperty } = Reflect;
  const OwnEvent = CustomEvent;
  const { freeze } = Object;
  /** @type {Map<number, { resolve: (value: unknown) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  /** Functions that the page gave: the preload calls them back by number. */
  const given = new Map();
  let last = 0;
  /** @type {{ value?: unknown, pending?: number, error?: string, function?: number } | null} */
  let answer = null;

  /** @param {object} message */
  const say = (message) => {
    answer = null;
    apply(dispatchEvent, document_, [new OwnEvent(`${secret}:in`, { detail: stringify(message) })]);
    return /** @type {any} */ (answer);
  };
  /** @param {any} told */
  const value = (told) => {
    if (told?.error !== undefined) throw new Error(told.error);
    if (told?.function !== undefined) return remote(told.function);
    if (told?.pending === undefined) return told?.value;
    return new Promise((resolve, reject) => waiting.set(told.pending, { resolve, reject }));
  };
  /** @param {number} id */
  const remote = (id) =>
    freeze((/** @type {unknown[]} */ ...args) =>
      value(
        say({
          call: id,
          args: args.map((arg) => {
            if (typeof arg !== 'function') return { value: arg };
            last += 1;
            given.set(last, arg);
            return { function: last };
          }),
        }),
      ),
    );
  /** @param {any} shape */
  const build = (shape) => {
    if (shape.function !== undefined) return remote(shape.function);
    if (shape.object === undefined) return shape.value;
    /** @type {Record<string, unknown>} */
    const object = {};
    for (const [key, inner] of Object.entries(shape.object)) object[key] = build(inner);
    return freeze(object);
  };
  apply(addEventListener, document_, [
    `${secret}:out`,
    (/** @type {CustomEvent<string>} */ event) => {
      const message = parse(event.detail);
      if (message.expose !== undefined) {
        // As contextBridge does: neither the object nor its place in the window can be changed.
        defineProperty(window, message.expose, { value: build(message.shape), enumerable: true });
      } else if (message.answer !== undefined) {
        answer = message.answer;
      } else if (message.settled !== undefined) {
        const asked = waiting.get(message.settled);
        waiting.delete(message.settled);
        if (message.error !== undefined) asked?.reject(new Error(message.error));
        else asked?.resolve(message.value);
      } else if (message.call !== undefined) {
        given.get(message.call)?.(...message.args);
      }
    },
  ]);
}

/**
 * @param {{ secret: string, bindingName: string, receiverName: string, platform: string }} names
 * @param {(require: unknown, module: object, exports: object, process: object) => void} preload
 */
function isolatedWorld({ secret, bindingName: binding, receiverName: receiver, platform }, preload) {
  if (window !== window.top) return;
  const send = /** @type {(text: string) => void} */ (Reflect.get(globalThis, binding));
  /** @type {((...args: any[]) => unknown)[]} */
  const functions = [];
  /** @type {Map<number, { resolve: (value: unknown) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  /** @type {Map<string, Set<(event: object, ...args: unknown[]) => void>>} */
  const listeners = new Map();
  let lastInvoke = 0;
  let lastPending = 0;

  /** @param {object} message */
  const toPage = (message) => {
    document.dispatchEvent(new CustomEvent(`${secret}:out`, { detail: JSON.stringify(message) }));
  };
  /** @param {any} thing @returns {object} */
  const shapeOf = (thing) => {
    if (typeof thing === 'function') return { function: functions.push(thing) - 1 };
    if (typeof thing !== 'object' || thing === null) return { value: thing };
    return { object: Object.fromEntries(Object.entries(thing).map(([key, inner]) => [key, shapeOf(inner)])) };
  };
  /** @param {unknown} error */
  const said = (error) => (error instanceof Error ? error.message : String(error));
  document.addEventListener(`${secret}:in`, (event) => {
    const { call, args } = JSON.parse(/** @type {CustomEvent<string>} */ (event).detail);
    const received = args.map((/** @type {any} */ arg) =>
      arg.function === undefined
        ? arg.value
        : (/** @type {unknown[]} */ ...told) => toPage({ call: arg.function, args: told }),
    );
    try {
      const result = functions[call]?.(...received);
      if (result instanceof Promise) {
        lastPending += 1;
        const pending = lastPending;
        toPage({ answer: { pending } });
        result.then(
          (value) => toPage({ settled: pending, value }),
          (error) => toPage({ settled: pending, error: said(error) }),
        );
      } else if (typeof result === 'function') toPage({ answer: shapeOf(result) });
      else toPage({ answer: { value: result } });
    } catch (error) {
      toPage({ answer: { error: said(error) } });
    }
  });
  Reflect.set(globalThis, receiver, (/** @type {any} */ message) => {
    if (message.channel !== undefined) {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.args);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) asked?.resolve(message.value);
    else asked?.reject(new Error(message.error));
  });

  const electron = {
    contextBridge: {
      /** @param {string} key @param {object} api */
      exposeInMainWorld: (key, api) => toPage({ expose: key, shape: shapeOf(api) }),
    },
    ipcRenderer: {
      /** @param {string} channel @param {unknown[]} args */
      invoke: (channel, ...args) =>
        new Promise((resolve, reject) => {
          lastInvoke += 1;
          waiting.set(lastInvoke, { resolve, reject });
          send(JSON.stringify({ id: lastInvoke, channel, args }));
        }),
      /** @param {string} channel @param {unknown[]} args */
      send: (channel, ...args) => send(JSON.stringify({ channel, args })),
      /** @param {string} channel @param {(event: object, ...args: unknown[]) => void} listener */
      on(channel, listener) {
        const heard = listeners.get(channel) ?? new Set();
        listeners.set(channel, heard.add(listener));
      },
    },
  };
  /** @param {string} name */
  const require = (name) => {
    if (name === 'electron') return electron;
    throw new Error(`module not found: ${name}`); // as in a sandboxed preload
  };
  preload(require, { exports: {} }, {}, { platform, env: {}, type: 'renderer', sandboxed: true });
}
