import type { App, Session, WebContents } from 'electron';
import { originOf } from './page-protocol';

/** What Electron asks for where a page copies text; reading the clipboard is another permission. */
const copying = 'clipboard-sanitized-write';

/**
 * Denies what no page of this program needs, for every web contents there will ever be: other origins, new windows, embedded
 * pages, devices, downloads by the page, and every permission but that to put text on the clipboard, which copying needs.
 * @param origin the one that our page has
 * @param told gets what was denied, for the log
 */
export function guardContents(app: App, session: Session, origin: string, told: (what: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    guardOne(contents, origin, told);
  });
  const granted = (permission: string, asks: string): boolean => permission === copying && originOf(asks) === origin;
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) => {
    if (granted(permission, requestingUrl)) {
      answer(true);
      return;
    }
    told(`permission ${permission}`);
    answer(false);
  });
  session.setPermissionCheckHandler((_contents, permission, asks) => granted(permission, asks));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => {
    // Exports are written by the console itself.
    event.preventDefault();
    told('download');
  });
}

function guardOne(contents: WebContents, origin: string, told: (what: string) => void): void {
  const keepAtHome = (event: { readonly url: string; preventDefault(): void }): void => {
    if (originOf(event.url) === origin) return;
    event.preventDefault();
    told(`navigation to ${originOf(event.url) ?? 'an address that is none'}`);
  };
  contents.on('will-navigate', keepAtHome);
  contents.on('will-frame-navigate', keepAtHome);
  contents.on('will-redirect', keepAtHome);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    told('webview');
  });
  contents.setWindowOpenHandler(({ url }) => {
    told(`window for ${originOf(url) ?? 'an address that is none'}`);
    return { action: 'deny' };
  });
}
