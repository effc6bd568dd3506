import { SyncError } from '../../engine/errors';
import type { Handlers } from '../dispatch';

type Pending =
  | 'app.licences'
  | 'app.supportBundle'
  | 'settings.setWebhookUrl'
  | `alerts.${'list' | 'markRead' | 'clear' | 'testNotice' | 'testWebhook'}`
  | 'exports.write';

export function pendingHandlers(): Pick<Handlers, Pending> {
  const refuse = (): never => {
    throw new SyncError('NOT_SUPPORTED', 'This console cannot do that yet');
  };
  return {
    'app.licences': refuse,
    'app.supportBundle': refuse,
    'settings.setWebhookUrl': refuse,
    'alerts.list': () => ({ alerts: [], unread: 0 }),
    'alerts.markRead': () => ({}),
    'alerts.clear': () => ({}),
    'alerts.testNotice': refuse,
    'alerts.testWebhook': refuse,
    'exports.write': refuse,
  };
}
