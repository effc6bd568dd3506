import { connect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';

/** How long a server may take to say why it hangs up. */
const answerMs = 2000;

const wanted = 'the server wants a client certificate, and none is given (tls: cert and key)';
const refused = 'the server does not accept the client certificate';

/** What a server says to a client whose certificate it does not like, by the alert (RFC 8446, 6.2). */
const alerts: readonly (readonly [RegExp, string])[] = [
  [/ALERT_CERTIFICATE_REQUIRED$/u, wanted],
  [/ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_UNKNOWN|ACCESS_DENIED)$/u, refused],
  [/ALERT_CERTIFICATE_EXPIRED$/u, `${refused}: it has expired`],
  [/ALERT_CERTIFICATE_REVOKED$/u, `${refused}: it was revoked`],
];

/** Why a server refused the client's certificate, in words; null where that was not it. */
export function certificateRefusal(error: unknown): string | null {
  const code = codeOf(error);
  return alerts.find(([alert]) => alert.test(code))?.[1] ?? null;
}

/**
 * Where the server speaks TLS from the first byte, its refusal of a certificate comes when the client already writes, and is often lost:
 * the connection is then only reset. Listens once more without a word.
 * @returns null where the server does not refuse the certificate
 */
export async function askCertificateRefusal(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
  tls: ConnectionOptions,
): Promise<string | null> {
  const told = certificateRefusal(error);
  if (told !== null || !/^(ECONNRESET|EPIPE)$|^$/u.test(codeOf(error))) return told;
  return new Promise((resolve) => {
    const socket = connect({ ...tls, host, port });
    const end = (reason: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reason);
    };
    const timer = setTimeout(() => {
      end(null);
    }, answerMs);
    socket.on('error', (heard) => {
      end(certificateRefusal(heard));
    });
    socket.on('close', () => {
      end(null);
    });
    socket.resume();
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
