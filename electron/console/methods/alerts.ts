import { SyncError } from '../../engine/errors';
import { webhookSecret } from '../alerts/alerts';
import { assertWebhookAddress } from '../alerts/webhook';
import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';

type AlertMethods = `alerts.${'list' | 'markRead' | 'clear' | 'testNotice' | 'testWebhook'}` | 'settings.setWebhookUrl';

export function alertsHandlers(context: ConsoleContext): Pick<Handlers, AlertMethods> {
  const { alerts, inbox, facilities, settings, hub } = context;
  const tell = (): void => {
    hub.publish({ type: 'unread', unread: inbox.unread() });
  };
  return {
    'alerts.list': () => ({ alerts: inbox.list(), unread: inbox.unread() }),
    'alerts.markRead': ({ ids }) => {
      inbox.markRead(ids);
      tell();
      return {};
    },
    'alerts.clear': () => {
      inbox.clear();
      tell();
      return {};
    },
    'alerts.testNotice': () => alerts.testNotice(),
    'alerts.testWebhook': async () => {
      const address = await facilities.secrets.get(webhookSecret);
      if (address === null) {
        throw new SyncError('SETTING_INVALID', 'No address is kept to send alerts to', { hint: 'Give one first.' });
      }
      return alerts.testWebhook(address);
    },
    'settings.setWebhookUrl': async ({ url }) => {
      if (url === null) {
        await facilities.secrets.remove(webhookSecret);
      } else {
        assertWebhookAddress(url);
        await facilities.secrets.set(webhookSecret, url, false);
      }
      return settings.changed();
    },
  };
}
