import { SyncError } from '../../engine/errors';
import type { Handlers } from '../dispatch';

type Pending =
  | 'app.licences'
  | 'app.supportBundle'
  | 'settings.setWebhookUrl'
  | `profiles.${'create' | 'update' | 'duplicate' | 'remove' | 'reorder' | 'import' | 'export' | 'test' | 'list'}`
  | 'session.open'
  | `sandbox.${'open' | 'burst'}`
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
    'profiles.list': () => ({ profiles: [], damaged: null }),
    'profiles.create': refuse,
    'profiles.update': refuse,
    'profiles.duplicate': refuse,
    'profiles.remove': refuse,
    'profiles.reorder': refuse,
    'profiles.import': refuse,
    'profiles.export': refuse,
    'profiles.test': refuse,
    'session.open': refuse,
    'sandbox.open': refuse,
    'sandbox.burst': refuse,
    'alerts.list': () => ({ alerts: [], unread: 0 }),
    'alerts.markRead': () => ({}),
    'alerts.clear': () => ({}),
    'alerts.testNotice': refuse,
    'alerts.testWebhook': refuse,
    'exports.write': refuse,
  };
}
