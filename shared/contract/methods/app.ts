import { z } from 'zod';
import { settingsPatchSchema, settingsSchema } from '../settings';
import { method, nothing } from '../method';

export const appInfoSchema = z.strictObject({
  host: z.enum(['desktop', 'web']),
  platform: z.string(),
  versions: z.record(z.string(), z.string()),
  data_folder: z.string(),
  /** that folder is taken away by the demo that made it, with what is saved in it */
  temporary: z.boolean(),
  log_file: z.string().nullable(),
  operator: z.string(),
  /** a sandbox of real servers can be started here; otherwise why not */
  sandbox: z.strictObject({ available: z.boolean(), reason: z.string().nullable() }),
  secrets: z.strictObject({
    /** keychain: kept for good, encrypted by the system; weak: the system has no real keychain; session: for this session only */
    store: z.enum(['keychain', 'weak', 'session']),
    detail: z.string(),
  }),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

export const appMethods = {
  'app.info': method('nothing', nothing, appInfoSchema),
  /** A link that lets one more browser in, once, within ten minutes; null on the desktop, which no browser enters. */
  'app.anotherLink': method('console', nothing, z.strictObject({ link: z.string().nullable() })),
  'app.licences': method(
    'nothing',
    nothing,
    z.array(
      z.strictObject({ name: z.string(), version: z.string(), licence: z.string(), homepage: z.string().nullable() }),
    ),
  ),
  /**
   * Logs, versions and definitions in one archive, without secrets. Answers with its name and where it lies; both null where the user
   * chose no place for it.
   */
  'app.supportBundle': method(
    'console',
    nothing,
    z.strictObject({ file: z.string().nullable(), download: z.string().nullable() }),
  ),
  /** An error that the page met, for the log of its host; text of somebody else, which is read by people alone. */
  'app.reportError': method(
    'nothing',
    z.strictObject({
      /** error, rejection: nobody caught it; view: it took a view away */
      kind: z.enum(['error', 'rejection', 'view']),
      message: z.string().max(2000),
      stack: z.string().max(8000).nullable(),
      /** where the page was */
      place: z.string().max(200),
    }),
    nothing,
  ),
  /** Shows the folder that this computer keeps of the console; false where this host cannot. */
  'app.openDataFolder': method('console', nothing, z.strictObject({ folder: z.string(), opened: z.boolean() })),
  /** Opens an address of the allow-list in the user's browser. */
  'app.openExternal': method('console', z.strictObject({ url: z.string().max(2048) }), nothing),
  'settings.get': method('nothing', nothing, settingsSchema),
  'settings.set': method('console', settingsPatchSchema, settingsSchema),
  /** null forgets the address. */
  'settings.setWebhookUrl': method(
    'console',
    z.strictObject({ url: z.string().max(2048).nullable() }),
    settingsSchema,
    ['SETTING_INVALID', 'SECRET_UNAVAILABLE'],
  ),
} as const;
