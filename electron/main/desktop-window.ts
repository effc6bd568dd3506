import { dialog, screen } from 'electron';
import type { BrowserWindow, NativeImage } from 'electron';
import type { Logger } from 'pino';
import type { Store } from '../console/stores/store';
import { leftSchema, visibleBounds } from './bounds';
import { recoverPage } from './page-crash';
import { openWindow } from './window';

export interface DesktopWindow {
  /** Brings it to the front; opens it where it was closed. */
  show(): void;
  hide(): void;
  setTitle(title: string): void;
  /** Lays an image over its icon in the taskbar, where there is one (Windows); null takes it away. */
  setOverlay(image: NativeImage | null, description: string): void;
  /** Asks where to save a file, in front of the window where it is open. */
  saveDialog(options: Electron.SaveDialogOptions): Promise<Electron.SaveDialogReturnValue>;
  is(contents: Electron.WebContents): boolean;
}

/** So long a window has to lie still for its place to be noted. */
const noteMs = 500;

export interface DesktopWindowOptions {
  readonly origin: string;
  readonly developerTools: boolean;
  readonly store: Store;
  readonly logger: Logger;
  /** Asked when the user closes the window; true: it may go. */
  readonly mayClose: () => boolean;
}

/** The one window of the desktop, opened where it was left. */
export function holdWindow({ origin, developerTools, store, logger, mayClose }: DesktopWindowOptions): DesktopWindow {
  let window: BrowserWindow | null = null;
  let title = '';
  let overlay: readonly [NativeImage, string] | null = null;

  const open = (): BrowserWindow => {
    const left = leftSchema.safeParse(store.read());
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
    const opened = openWindow({
      origin,
      bounds: visibleBounds(
        left.success ? left.data.bounds : null,
        [primary, ...others].map(({ workArea }) => workArea),
      ),
      maximized: left.success && left.data.maximized,
      developerTools,
      show: true,
    });
    if (title !== '') opened.setTitle(title);
    if (overlay !== null) opened.setOverlayIcon(...overlay);
    recoverPage(opened, dialog, logger);
    const note = (): void => {
      if (opened.isDestroyed()) return;
      try {
        store.write({ bounds: opened.getNormalBounds(), maximized: opened.isMaximized() });
      } catch (error) {
        logger.warn({ err: error }, 'where the window was left could not be written');
      }
    };
    let noting: NodeJS.Timeout | undefined;
    // A computer that is switched off closes no window.
    for (const change of ['move', 'resize', 'maximize', 'unmaximize'] as const) {
      opened.on(change as 'move', () => {
        clearTimeout(noting);
        noting = setTimeout(note, noteMs);
      });
    }
    opened.on('close', (event) => {
      clearTimeout(noting);
      note();
      if (!mayClose()) event.preventDefault();
    });
    opened.on('closed', () => (window = null));
    return opened;
  };

  return {
    show() {
      if (window === null) {
        window = open();
        return;
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    hide() {
      window?.hide();
    },
    setTitle(text) {
      title = text;
      window?.setTitle(text);
    },
    setOverlay(image, description) {
      overlay = image === null ? null : [image, description];
      window?.setOverlayIcon(image, description);
    },
    saveDialog: (options) =>
      window === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options),
    is: (contents) => window?.webContents === contents,
  };
}
