import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import {
  app,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  net,
  Notification,
  powerMonitor,
  safeStorage,
  session,
  shell,
} from 'electron';
import { createConsole } from '../console/console';
import type { Console } from '../console/console';
import { failureOf } from '../console/failure';
import type { Log } from '../console/log/open-log';
import { fileOpening } from '../console/session/file-opening';
import { badgeOf } from './badge';
import { surviveCrashes } from './crash';
import { holdWindow } from './desktop-window';
import { desktopFacilities } from './facilities';
import { guardContents } from './guard';
import { serveIpc } from './ipc';
import { menuTemplate } from './menu';
import { watchNetwork } from './network';
import { guardQuit } from './quitting';
import type { FilesToOpen } from './start-words';
import { environmentIn, nothingOpen, titleOf, watchStatus } from './status';
import { holdTray } from './tray';
import { followFeed } from './updates';

export interface DesktopOptions {
  readonly origin: string;
  readonly dataFolder: string;
  readonly log: Log;
  /** An environment to be opened at the start; null: the page lists the saved ones. */
  readonly files: FilesToOpen | null;
}

export interface RunningDesktop {
  /** Shows the window, at that place; '' leaves the page where it is. */
  open(place: string): void;
  /** Opens an environment in place of the one that is open; says so where it cannot be. */
  openFiles(files: FilesToOpen): void;
}

/** Starts the desktop: the console, its window and tray. Only after the app is ready. */
export async function startDesktop({ origin, dataFolder, log, files }: DesktopOptions): Promise<RunningDesktop> {
  const { logger } = log;
  const developerTools = !app.isPackaged;
  /** Where the page is to go once it listens. */
  let waiting: string | null = null;
  let listening = false;

  const open = (place: string): void => {
    window.show();
    if (place === '') return;
    if (listening) console.hub.publish({ type: 'navigate', path: place });
    else waiting = place;
  };
  const quit = (): void => {
    app.quit();
  };
  const facilities = await desktopFacilities({
    app,
    shell,
    safeStorage,
    Notification,
    dataFolder,
    log,
    open,
    saveDialog: (options) => window.saveDialog(options),
    dialog,
  });
  const console = createConsole(facilities);
  const window = holdWindow({
    origin,
    developerTools,
    store: facilities.windowFile,
    logger,
    mayClose: () => {
      // On macOS a program goes on without windows; elsewhere closing the last one is quitting, which may ask.
      if (process.platform === 'darwin' || quitting.decided()) return true;
      quit();
      return false;
    },
  });
  let status = nothingOpen;
  const quitting = guardQuit({
    app,
    dialog,
    console,
    environment: () => environmentIn(status),
    hide: () => {
      window.hide();
    },
    onError: (error) => {
      logger.error({ err: error }, 'closing failed');
    },
  });
  surviveCrashes({ app, dialog, console, log });
  guardContents(app, session.defaultSession, origin, (what) => {
    logger.warn({ what }, 'denied');
  });
  serveIpc({
    ipcMain,
    console,
    origin,
    ours: (contents) => window.is(contents),
    onListening(now) {
      listening = now;
      if (!now || waiting === null) return;
      console.hub.publish({ type: 'navigate', path: waiting });
      waiting = null;
    },
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, developerTools, { open, quit })));
  const icons = join(facilities.resources, 'icons');
  const showInTray = holdTray(icons, { open, quit });
  const showBadge = badgeOf({
    platform: process.platform,
    app,
    icons,
    image: (path) => nativeImage.createFromPath(path),
    overlay: (image, description) => {
      window.setOverlay(image, description);
    },
  });
  watchStatus(console, (now) => {
    status = now;
    window.setTitle(titleOf(now));
    showInTray(now);
    showBadge(now.unread);
  });
  watchNetwork(powerMonitor, net, networkInterfaces, (why) => {
    logger.info({ why }, 'power or network');
    if (why !== 'suspend') console.lookNow();
  });
  // Written by the packer where its builder named a feed.
  if (app.isPackaged && existsSync(join(process.resourcesPath, 'app-update.yml'))) {
    void followFeed(() => console.busy(), logger);
  }
  window.show();
  const openNamed = (named: FilesToOpen): void => {
    openFiles(console, named).catch((error: unknown) => {
      const { message, hint } = failureOf(error);
      logger.error({ err: error }, 'the environment of the command line');
      dialog.showErrorBox('The environment could not be opened', hint === null ? message : `${message}\n\n${hint}`);
    });
  };
  if (files !== null) openNamed(files);
  return { open, openFiles: openNamed };
}

/** @throws SyncError as the engine does */
async function openFiles(console: Console, { environment, datasets }: FilesToOpen): Promise<void> {
  const { loadEnvironment } = await import('../engine/connect/load-environment');
  await console.open(fileOpening(await loadEnvironment(environment), datasets));
}
