import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import { trayTemplate } from './menu';
import type { MenuActions } from './menu';
import { summaryOf } from './status';
import type { Status } from './status';

/**
 * The icon in the tray.
 * @param icons folder with tray.png and tray-alert.png
 * @returns shows what there is now
 */
export function holdTray(icons: string, actions: MenuActions): (status: Status) => void {
  const image = (name: string) => nativeImage.createFromPath(join(icons, name));
  const quiet = image('tray.png');
  const alert = image('tray-alert.png');
  const tray = new Tray(quiet);
  tray.on('click', () => {
    actions.open('');
  });
  return (status) => {
    const summary = summaryOf(status);
    tray.setImage(status.unread === 0 ? quiet : alert);
    tray.setToolTip(`AstroBookings Sync Console\n${summary}`);
    tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(summary, actions)));
  };
}
