import { z } from 'zod';
import { alertReasons } from './alert';

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  log_level: z.enum(['debug', 'info', 'warn', 'error']),
  alerts: z.strictObject({
    enabled: z.boolean(),
    reasons: z.array(z.enum(alertReasons)),
    /** names of environments; null: all */
    environments: z.array(z.string()).nullable(),
    /** local times HH:MM between which alerts go to the inbox alone */
    quiet_hours: z.strictObject({ from: z.string(), to: z.string() }).nullable(),
    /** seconds without progress after which a run counts as stalled */
    stall_s: z.int().min(10).max(86_400),
    sound: z.boolean(),
  }),
  webhook: z.strictObject({
    enabled: z.boolean(),
    format: z.enum(['json', 'slack']),
    /** true where an address is kept; the address itself is a secret */
    has_url: z.boolean(),
    timeout_s: z.int().min(1).max(60),
    attempts: z.int().min(1).max(10),
  }),
  /** command → keys, where they differ from the shipped ones */
  key_map: z.record(z.string().max(64), z.string().max(32)),
});
export type Settings = z.infer<typeof settingsSchema>;

/** A time of the day, 00:00 to 23:59. What was stored before this was asked for is still read. */
const time = z.string().regex(/^(?:[01]?\d|2[0-3]):[0-5]\d$/u, 'a time such as 22:00');

export const settingsPatchSchema = settingsSchema
  .omit({ alerts: true, webhook: true })
  .partial()
  .extend({
    alerts: settingsSchema.shape.alerts
      .partial()
      .extend({ quiet_hours: z.strictObject({ from: time, to: time }).nullable().optional() })
      .optional(),
    webhook: settingsSchema.shape.webhook.omit({ has_url: true }).partial().optional(),
  });
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

export const defaultSettings: Settings = {
  theme: 'system',
  density: 'comfortable',
  log_level: 'info',
  alerts: {
    enabled: true,
    reasons: ['failed', 'partial', 'interrupted', 'stalled'],
    environments: null,
    quiet_hours: null,
    stall_s: 60,
    sound: true,
  },
  webhook: { enabled: false, format: 'json', has_url: false, timeout_s: 10, attempts: 3 },
  key_map: {},
};
