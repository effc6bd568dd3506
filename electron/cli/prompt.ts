import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { SyncError } from '../engine/errors';
import type { Terminal } from './terminal';

interface Question {
  readonly text: string;
  /** Do not show what is typed. */
  readonly hidden?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Asks on stderr, so that stdout holds nothing but the result. An input that ends without a line is an empty answer.
 * @throws SyncError CANCELLED when Ctrl-C is pressed
 */
export function ask(terminal: Terminal, { text, hidden = false, signal }: Question): Promise<string> {
  if (signal.aborted) return Promise.reject(cancelled());
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: terminal.input, output: hidden ? nowhere : terminal.err, terminal: true });
  // Only now: until readline has the terminal, the terminal itself echoes what is typed.
  if (hidden) terminal.err.write(text);
  return new Promise<string>((resolve, reject) => {
    const cancel = (): void => {
      reject(cancelled());
      lines.close();
    };
    signal.addEventListener('abort', cancel, { once: true });
    lines.once('SIGINT', cancel);
    lines.once('close', () => {
      signal.removeEventListener('abort', cancel);
      terminal.err.write(hidden ? '\n' : '');
      resolve('');
    });
    lines.question(hidden ? '' : text, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

function cancelled(): SyncError {
  return new SyncError('CANCELLED', 'Cancelled at the question; nothing was done');
}

/** A yes or no question; only yes is yes. */
export async function confirmed(terminal: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  const answer = await ask(terminal, { text: `${question} [y/N] `, signal });
  return ['y', 'yes'].includes(answer.trim().toLowerCase());
}
