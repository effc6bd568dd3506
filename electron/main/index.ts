import { app, dialog, protocol } from 'electron';
import { openLog } from '../console/log/open-log';
import { pageFolder } from '../console/program-folder';
import { appId } from './app-id';
import { linkScheme, placeOfArguments, placeOfLink } from './deep-link';
import { startDesktop } from './desktop';
import type { RunningDesktop } from './desktop';
import { tellFailedStart } from './failed-start';
import { pageHandler, pageOrigin, pageScheme } from './page-protocol';
import { placeData } from './place';
import { filesOfArguments } from './start-words';

const developmentServer = process.env['ELECTRON_RENDERER_URL'];
const origin = !app.isPackaged && developmentServer !== undefined ? developmentServer : pageOrigin;

app.setName('AstroBookings Sync Console');
app.setAppUserModelId(appId);
const dataFolder = placeData(app, process.env);

protocol.registerSchemesAsPrivileged([
  { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

let desktop: RunningDesktop | null = null;
/** Where a link that came before the start leads. */
let firstPlace = placeOfArguments(process.argv) ?? '';

function open(place: string): void {
  if (desktop === null) firstPlace = place;
  else desktop.open(place);
}

const log = openLog(dataFolder, 'desktop');

async function start(): Promise<void> {
  log.logger.info({ version: app.getVersion(), electron: process.versions.electron }, 'started');
  protocol.handle(pageScheme, pageHandler(pageFolder()));
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);
  desktop = await startDesktop({
    origin,
    dataFolder,
    log,
    files: filesOfArguments(process.argv.slice(1), process.cwd()),
  });
  if (firstPlace !== '') desktop.open(firstPlace);
}

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', (_event, words, folder) => {
    open(placeOfArguments(words) ?? '');
    const files = filesOfArguments(words.slice(1), folder);
    if (files !== null) desktop?.openFiles(files);
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    const place = placeOfLink(link);
    if (place !== null) open(place);
  });
  app.on('activate', () => {
    open('');
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  // Awaiting at the top level of an ES module would deadlock: Electron is ready only after the module has run.
  void app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      tellFailedStart(error, { app, dialog, log, stderr: process.stderr });
    });
} else {
  // The first instance shows its window, and opens the link.
  app.quit();
}
