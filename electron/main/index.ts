import { join } from 'node:path';
import { app, BrowserWindow, protocol, session } from 'electron';
import { pageHost, pageOrigin, pageScheme, readAsset } from './page-protocol';
import { openWindow } from './window';

const pageFolder = join(import.meta.dirname, '../renderer');
const developmentServer = process.env['ELECTRON_RENDERER_URL'];
const origin = !app.isPackaged && developmentServer !== undefined ? developmentServer : pageOrigin;

protocol.registerSchemesAsPrivileged([
  { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

function start(): void {
  protocol.handle(pageScheme, async (request) => {
    const url = new URL(request.url);
    if (url.host !== pageHost) return new Response('Not found', { status: 404 });
    const { status, headers, body } = await readAsset(pageFolder, url.pathname);
    return new Response(body, { status, headers });
  });
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false);
  });
  openWindow(origin);
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(origin);
  });
}

app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});

// Awaiting at the top level of an ES module would deadlock: Electron is ready only after the module has run.
void app.whenReady().then(start);
