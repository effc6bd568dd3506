import type { App, Session, WebContents } from 'electron';
import { originOf } from './page-protocol';

/**
 * Denies what no page of this program needs, for every web contents there will ever be: other origins, new windows, embedded
 * pages, permissions, devices, downloads by the page.
 * @param origin the one that our page has
 * @param told gets what was denied, for the log
 */
export function guardContents(app: App, session: Session, origin: string, told: (what: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    guardOne(contents, origin, told);
  });
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    told(`permission ${permission}`);
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
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
