import { connect } from 'node:net';

/** The first words of each protocol, before any login: PING, and PostgreSQL's SSLRequest. */
const greetings = {
  redis: { words: Buffer.from('PING\r\n'), answer: /^[+-](?:PONG|NOAUTH|DENIED|LOADING|MASTERDOWN|NOPERM)/u },
  postgres: { words: Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]), answer: /^[SN]$/u },
} as const;

const patienceMs = 1_000;

/** True where a server of this engine answers at an address; false where another one does, or none within a second. */
export function answersAs(
  engine: keyof typeof greetings,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<boolean> {
  const { words, answer } = greetings[engine];
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patienceMs });
    const end = (found: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    const timer = setTimeout(end, patienceMs, false);
    socket.once('connect', () => socket.write(words));
    socket.once('data', (chunk) => {
      end(answer.test(chunk.toString('latin1')));
    });
    socket.once('error', () => {
      end(false);
    });
    socket.once('close', () => {
      end(false);
    });
  });
}
