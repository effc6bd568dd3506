import type { Notification as NotificationClass } from 'electron';
import type { Alert } from '../../shared/contract/alert';
import { urgent } from '../console/alerts/rules';

export interface Notices {
  readonly Notification: typeof NotificationClass;
  /** Shows the window, at that place. */
  readonly open: (place: string) => void;
}

/** Not every system tells that it has shown a notice. */
const patienceMs = 2000;

/**
 * Shows alerts as notices of the system; a click opens the run, or the inbox where the alert is about several.
 * @returns shows one, and answers how that went
 */
export function noticesOf({
  Notification,
  open,
}: Notices): (alert: Alert, sound: boolean) => Promise<{ shown: boolean; detail: string }> {
  /** Notices that can still be clicked: one that nothing refers to is collected, and its click is lost. */
  const shown = new Set<NotificationClass>();
  return (alert, sound) => {
    if (!Notification.isSupported()) return Promise.resolve({ shown: false, detail: 'This system shows no notices' });
    const notice = new Notification({
      title: alert.title,
      body: alert.body,
      silent: !sound,
      urgency: urgent.has(alert.reason) ? 'critical' : 'normal',
    });
    shown.add(notice);
    notice.on('click', () => {
      shown.delete(notice);
      open(alert.run === null ? '/alerts' : `run/${alert.run}`);
    });
    notice.on('close', () => {
      shown.delete(notice);
    });
    return new Promise((resolve) => {
      notice.on('show', () => {
        resolve({ shown: true, detail: 'Shown by the system' });
      });
      notice.on('failed', (_event, error) => {
        shown.delete(notice);
        resolve({ shown: false, detail: error });
      });
      notice.show();
      setTimeout(() => {
        resolve({ shown: true, detail: 'Handed to the system' });
      }, patienceMs).unref();
    });
  };
}
