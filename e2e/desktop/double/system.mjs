// What belongs to the system. The double has no desktop: it keeps what it is told, for a test to look at, and shows nothing.
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';

const display = {
  id: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1050 },
  scaleFactor: 1,
};

class Menu {
  static #application = /** @type {Menu | null} */ (null);
  /** @param {any[]} items */
  constructor(items = []) {
    this.items = items;
  }
  /** @param {any[]} template @returns {Menu} */
  static buildFromTemplate(template) {
    return new Menu(
      template.map((item) => ({ ...item, ...(item.submenu ? { submenu: Menu.buildFromTemplate(item.submenu) } : {}) })),
    );
  }
  /** @param {Menu | null} menu */
  static setApplicationMenu(menu) {
    Menu.#application = menu;
  }
  static getApplicationMenu() {
    return Menu.#application;
  }
}

class Tray extends EventEmitter {
  /** @type {Tray[]} */
  static all = [];
  toolTip = '';
  /** @type {Menu | null} */
  menu = null;
  /** @param {unknown} image */
  constructor(image) {
    super();
    this.image = image;
    Tray.all.push(this);
  }
  /** @param {unknown} image */
  setImage(image) {
    this.image = image;
  }
  /** @param {string} text */
  setToolTip(text) {
    this.toolTip = text;
  }
  /** @param {Menu} menu */
  setContextMenu(menu) {
    this.menu = menu;
  }
}

class Notification extends EventEmitter {
  /** What was shown, oldest first. @type {Notification[]} */
  static all = [];
  static isSupported() {
    return true;
  }
  /** @param {{ title?: string, body?: string, urgency?: string }} [options] */
  constructor({ title = '', body = '', urgency = 'normal' } = {}) {
    super();
    this.title = title;
    this.body = body;
    this.urgency = urgency;
  }
  show() {
    Notification.all.push(this);
    this.emit('show', {});
  }
}

/** As on a Linux without a keychain: nothing is encrypted until that is asked for, and then with a key that everybody knows. */
function withoutKeychain() {
  let plain = false;
  /** @template T @param {() => T} work @returns {Promise<T>} */
  const whenPlain = (work) => (plain ? Promise.resolve(work()) : Promise.reject(new Error('there is no keychain')));
  return {
    isAsyncEncryptionAvailable: () => Promise.resolve(plain),
    getSelectedStorageBackend: () => 'basic_text',
    /** @param {boolean} on */
    setUsePlainTextEncryption: (on) => {
      plain = on;
    },
    /** @param {string} text */
    encryptStringAsync: (text) => whenPlain(() => Buffer.from(`v10${Buffer.from(text).toString('hex')}`)),
    /** @param {Buffer} cipher */
    decryptStringAsync: (cipher) =>
      whenPlain(() => ({
        result: Buffer.from(cipher.toString().slice(3), 'hex').toString(),
        shouldReEncrypt: false,
      })),
  };
}

/** @returns {Record<string, unknown>} */
export function systemModules() {
  return {
    Menu,
    Tray,
    Notification,
    dialog: {
      /** Nobody is there to answer: the button that a dismissed box has. @param {...any} args */
      showMessageBox: (...args) => Promise.resolve({ response: args.at(-1).cancelId ?? 0, checkboxChecked: false }),
      /** @param {string} title @param {string} content */
      showErrorBox: (title, content) => void process.stderr.write(`${title}\n${content}\n`),
      showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }),
      showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] }),
    },
    nativeImage: {
      /** @param {string} path */
      createFromPath: (path) => ({ path, isEmpty: () => !existsSync(path) }),
      createEmpty: () => ({ path: '', isEmpty: () => true }),
    },
    safeStorage: withoutKeychain(),
    shell: {
      openExternal: () => Promise.resolve(),
      openPath: () => Promise.resolve('the double opens no files'),
      showItemInFolder: () => undefined,
    },
    powerMonitor: new EventEmitter(),
    net: { isOnline: () => true },
    screen: Object.assign(new EventEmitter(), {
      getPrimaryDisplay: () => display,
      getAllDisplays: () => [display],
      getDisplayMatching: () => display,
    }),
    nativeTheme: Object.assign(new EventEmitter(), { themeSource: 'system', shouldUseDarkColors: false }),
  };
}
