// `session` and `protocol`: permissions as the app decides them, and the schemes that it answers.
import { EventEmitter } from 'node:events';

/** Permissions that a page can ask for, as Electron and as Chromium's protocol name them. */
const permissions = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'audioCapture'],
  ['media', 'videoCapture'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboardReadWrite'],
  ['idle-detection', 'idleDetection'],
];

/** Electron allows what no handler denies. */
export function createSession() {
  /** @typedef {(contents: unknown, permission: string, answer: (granted: boolean) => void, details: object) => void} Request */
  /** @type {Request | null} */
  let onRequest = null;
  /** @type {((contents: unknown, permission: string, origin: string, details: object) => boolean) | null} */
  let onCheck = null;
  return Object.assign(new EventEmitter(), {
    /** @param {Request | null} handler */
    setPermissionRequestHandler: (handler) => void (onRequest = handler),
    /** @param {typeof onCheck} handler */
    setPermissionCheckHandler: (handler) => void (onCheck = handler),
    setDevicePermissionHandler: () => undefined,
    /**
     * Asks the app for each permission, and has Chromium hold to its answers.
     * @param {import('./browser.mjs').Session} root
     * @param {unknown} contents
     * @param {string} origin
     */
    async applyPermissions(root, contents, origin) {
      for (const [electronName = '', chromiumName = ''] of permissions) {
        const checked = onCheck === null || onCheck(contents, electronName, origin, {});
        const requested = await new Promise((answer) => {
          if (onRequest === null) answer(true);
          else onRequest(contents, electronName, answer, { requestingUrl: origin, isMainFrame: true });
        });
        // An answer that the app gave on request counts for that request, a check for what may be done without one.
        const setting = requested ? 'granted' : checked ? 'prompt' : 'denied';
        await root
          .send('Browser.setPermission', { permission: { name: cdpName(chromiumName) }, setting })
          .catch(() => undefined);
      }
    },
  });
}

/** @param {string} name */
function cdpName(name) {
  /** @type {Record<string, string>} */
  const descriptors = {
    audioCapture: 'microphone',
    videoCapture: 'camera',
    clipboardReadWrite: 'clipboard-read',
    idleDetection: 'idle-detection',
  };
  return descriptors[name] ?? name;
}

/** A scheme of its own cannot be taught to Chromium from outside: a page of `app://console` is one of this host instead. */
const suffix = '.invalid';

export function createProtocol() {
  /** @type {Set<string>} */
  const standard = new Set();
  /** @type {Map<string, (request: Request) => Response | Promise<Response>>} */
  const handlers = new Map();
  return {
    /** @param {{ scheme: string, privileges?: { standard?: boolean } }[]} schemes */
    registerSchemesAsPrivileged(schemes) {
      for (const { scheme, privileges } of schemes) if (privileges?.standard) standard.add(scheme);
    },
    /** @param {string} scheme @param {(request: Request) => Response | Promise<Response>} handler */
    handle: (scheme, handler) => void handlers.set(scheme, handler),
    /** @param {string} scheme */
    isProtocolHandled: (scheme) => handlers.has(scheme),
    /** As Chromium is given it. @param {string} address */
    outward(address) {
      const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(address);
      return match && standard.has(match[1] ?? '') ? `https://${match[2]}.${match[1]}${suffix}${match[3]}` : address;
    },
    /** As the app knows it. @param {string} address */
    inward(address) {
      const match = /^https:\/\/([^/?#]*)\.([a-z0-9+-]+)\.invalid(?=[/?#]|$)(.*)$/is.exec(address);
      return match && standard.has(match[2] ?? '') ? `${match[2]}://${match[1]}${match[3]}` : address;
    },
    /**
     * @param {string} address as the app knows it
     * @param {{ method: string, headers: Record<string, string> }} request
     * @returns {Promise<Response | null>} null: no scheme of the app
     */
    async answer(address, { method, headers }) {
      const scheme = address.slice(0, address.indexOf(':'));
      if (!standard.has(scheme)) return null;
      const handler = handlers.get(scheme);
      if (handler === undefined) return new Response('no handler', { status: 500 });
      return handler(new Request(address, { method, headers }));
    },
  };
}
