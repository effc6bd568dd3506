import type { Alert } from '../../../shared/contract/alert';
import { urgent } from './rules';

/** How it went to show a notice. */
export interface NoticeOutcome {
  readonly shown: boolean;
  readonly detail: string;
}

/**
 * Shows an alert by the system's own notices (node-notifier: libnotify, Notification Center, Windows toasts).
 * Never throws: where there is no desktop, it says so.
 */
export async function showNotice(alert: Alert, sound: boolean): Promise<NoticeOutcome> {
  const { default: notifier } = await import('node-notifier');
  const notice = {
    title: plain(alert.title),
    message: escaped(plain(alert.body)),
    sound,
    wait: false,
    // Of notify-send: critical ones stay until somebody has seen them.
    urgency: urgent.has(alert.reason) ? 'critical' : 'normal',
    'app-name': 'AstroBookings Sync Console',
  };
  return new Promise((resolve) => {
    try {
      notifier.notify(notice, (error: Error | string | null) => {
        const reason = error instanceof Error ? error.message : (error ?? '');
        resolve(reason === '' ? { shown: true, detail: 'The system took the notice.' } : notShown(reason));
      });
    } catch (error) {
      resolve(notShown(error instanceof Error ? error.message : String(error)));
    }
  });
}

function notShown(reason: string): NoticeOutcome {
  // The command that failed comes first, and what it said last.
  const said =
    reason
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1) ?? '';
  const known = knownReasons.find(({ sign }) => sign.test(said));
  return { shown: false, detail: `This computer shows no notice: ${known?.words ?? said.slice(0, 300)}` };
}

/** What notify-send says where there is nobody to show a notice to. */
const knownReasons = [
  {
    sign: /autolaunch D-Bus|X11 \$DISPLAY|Could not connect: |Cannot spawn a message bus/u,
    words: 'the console runs where there is no desktop, as on a server. Alerts come to the inbox, and to the webhook.',
  },
  {
    sign: /org\.freedesktop\.Notifications|ServiceUnknown/u,
    words: 'its desktop has nothing that takes notices. Alerts come to the inbox, and to the webhook.',
  },
];

/** One that begins with a dash would be read as an option of notify-send; control characters end its command. */
function plain(text: string): string {
  const clean = text.replaceAll(/[^\P{Cc}\n]/gu, ' ').trim() || ' ';
  return clean.startsWith('-') ? ` ${clean}` : clean;
}

/** The body of a notice may hold markup (Desktop Notifications Specification): what is none must not look like it. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
