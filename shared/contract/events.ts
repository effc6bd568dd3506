import { z } from 'zod';
import { logEventSchema, progressSchema, statusEventSchema } from '../engine/events';
import { alertSchema } from './alert';
import { taskSchema } from './task';

/** Events come one way, host → page. They tell that something changed; what it is now is asked for. */
export const consoleEventSchema = z.discriminatedUnion('type', [
  progressSchema,
  statusEventSchema,
  logEventSchema,
  /** A run has shown no progress for that long; null where it moves again. */
  z.strictObject({ type: z.literal('stall'), run: z.string(), since: z.string().nullable() }),
  z.strictObject({ type: z.literal('task'), task: taskSchema }),
  /** Another environment is open, or none; or its definitions were read again. */
  z.strictObject({ type: z.literal('session') }),
  /** The connection of the host to the servers of the open environment. */
  z.strictObject({
    type: z.literal('reachability'),
    state: z.enum(['reachable', 'unreachable']),
    message: z.string().nullable(),
    retry_at: z.string().nullable(),
  }),
  z.strictObject({ type: z.literal('profiles') }),
  z.strictObject({ type: z.literal('settings') }),
  z.strictObject({ type: z.literal('alert'), alert: alertSchema, unread: z.int() }),
  /** Alerts were read or removed, in whichever page. */
  z.strictObject({ type: z.literal('unread'), unread: z.int() }),
  /** Asked from outside the page: a deep link, a notification, the tray, the native menu. It opens a view, it starts nothing. */
  z.strictObject({ type: z.literal('navigate'), path: z.string().max(512) }),
]);
export type ConsoleEvent = z.infer<typeof consoleEventSchema>;
