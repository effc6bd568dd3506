import { z } from 'zod';
import { alertSchema } from '../alert';
import { historyErrors } from '../errors';
import { method, nothing } from '../method';
import { queueFilterSchema } from './queue';
import { runsFilterSchema } from './runs';

const format = z.enum(['csv', 'json']);

export const alertsMethods = {
  'alerts.list': method('nothing', nothing, z.strictObject({ alerts: z.array(alertSchema), unread: z.int() })),
  /** Without ids: all. */
  'alerts.markRead': method('console', z.strictObject({ ids: z.array(z.string()).nullable() }), nothing),
  'alerts.clear': method('console', nothing, nothing),
  /** Sends a notice that says it is a test, as a real one would be sent. */
  'alerts.testNotice': method('console', nothing, z.strictObject({ shown: z.boolean(), detail: z.string() })),
  'alerts.testWebhook': method(
    'console',
    nothing,
    z.strictObject({ delivered: z.boolean(), status: z.int().nullable(), attempts: z.int(), detail: z.string() }),
    ['SETTING_INVALID', 'SECRET_UNAVAILABLE'],
  ),
} as const;

/** Everything that matches goes to a file; masked columns stay hidden. The answer is a task while it works. */
export const exportsMethods = {
  'exports.write': method(
    'console',
    z.discriminatedUnion('what', [
      z.strictObject({ what: z.literal('queue'), format, filter: queueFilterSchema }),
      z.strictObject({ what: z.literal('runs'), format, filter: runsFilterSchema }),
      z.strictObject({ what: z.literal('errors'), format, run: z.string() }),
      /** a run, one line for each of its datasets: counts, phases, verification */
      z.strictObject({ what: z.literal('run'), format, run: z.string() }),
      z.strictObject({ what: z.literal('log'), format, run: z.string() }),
    ]),
    z.strictObject({
      /** null where the user chose no place for it */
      file: z.string().nullable(),
      rows: z.int(),
      /** path below the web host's origin to fetch it from, once; null where the file lies in the user's folder */
      download: z.string().nullable(),
    }),
    [...historyErrors, 'RUN_UNKNOWN', 'CANCELLED'],
  ),
} as const;
