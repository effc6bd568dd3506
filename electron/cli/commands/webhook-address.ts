import { resolveSecret } from '../../engine/connect/secrets';
import { SyncError } from '../../engine/errors';

/** Where the address of the webhook comes from where no keychain keeps it. */
export const webhookVariable = 'ASTRO_SYNC_WEBHOOK_URL';

/**
 * The address to which a web console posts its alerts: of a private file, else of the environment.
 * @param file holds the address on one line
 * @returns null where none is named
 * @throws SyncError SECRET_UNAVAILABLE, SETTING_INVALID; their words never hold the address, which is a secret
 */
export async function webhookAddress(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const isNamed = (environment[webhookVariable] ?? '') !== '';
  if (file === undefined && !isNamed) return null;
  const address = await resolveSecret(file === undefined ? { env: webhookVariable } : { file }, {
    what: 'the address of the webhook',
    folder: '.',
    onWarning: () => undefined,
  });
  const { assertWebhookAddress } = await import('../../web/serve');
  try {
    assertWebhookAddress(address);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    const place = file ?? webhookVariable;
    throw new SyncError(error.code, `The webhook of ${place}: ${error.message}`, {
      ...(error.hint === null ? {} : { hint: error.hint }),
      cause: error,
    });
  }
  return address;
}
