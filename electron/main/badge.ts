import { join } from 'node:path';
import type { App, NativeImage } from 'electron';

/** Above this the badge of Windows says 9+. */
const highest = 9;

export interface Badge {
  readonly platform: NodeJS.Platform;
  readonly app: Pick<App, 'setBadgeCount'>;
  /** Folder with badge-1.png to badge-9.png and badge-more.png. */
  readonly icons: string;
  readonly image: (path: string) => NativeImage;
  /** Lays a small image over the icon in the taskbar, with words for those who cannot see it; null takes it away. */
  readonly overlay: (image: NativeImage | null, description: string) => void;
}

/** Shows the number of unread alerts on the program's icon: the dock's of macOS, the launcher's of Linux, the taskbar's of Windows. */
export function badgeOf({ platform, app, icons, image, overlay }: Badge): (unread: number) => void {
  if (platform !== 'win32') {
    return (unread) => {
      app.setBadgeCount(unread);
    };
  }
  return (unread) => {
    if (unread === 0) {
      overlay(null, '');
      return;
    }
    const name = unread > highest ? 'badge-more.png' : `badge-${unread}.png`;
    overlay(image(join(icons, name)), `${unread} unread ${unread === 1 ? 'alert' : 'alerts'}`);
  };
}
