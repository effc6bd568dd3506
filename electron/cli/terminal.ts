import process from 'node:process';
import { createColors } from 'picocolors';

export type Colors = ReturnType<typeof createColors>;

/** How text may look where it goes: every renderer takes one and gives a string. */
export interface Look {
  /** Colour is a second signal only: every renderer also writes a word or a symbol. */
  readonly colors: Colors;
  readonly columns: number;
  /** No terminal reads it but a file or a program: nothing is cut. */
  readonly whole?: boolean;
  /** Milliseconds since 1970, for relative times. */
  readonly now: number;
}

/** The streams of this process, and what they can do. */
export interface Terminal {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  readonly input: NodeJS.ReadStream;
  /** True where a person can be asked: input and stderr are a terminal. */
  readonly interactive: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: process.stdout,
    err: process.stderr,
    input: process.stdin,
    interactive: isTerminal(process.stdin) && isTerminal(process.stderr),
    environment: process.env,
  };
}

/**
 * The look of one stream. Colours only on a terminal, and neither with NO_COLOR nor --no-color (https://no-color.org).
 * @param colorOption false where --no-color was given
 */
export function lookOf(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv, colorOption: boolean): Look {
  const wanted = colorOption && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  return {
    // A stream that is no terminal has no isTTY at all, and createColors(undefined) would guess by CI and FORCE_COLOR.
    colors: createColors(wanted && isTerminal(stream)),
    // A terminal that does not know its size says 0.
    columns: (isTerminal(stream) ? stream.columns : 0) || 120,
    whole: !isTerminal(stream),
    now: Date.now(),
  };
}

function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}

/** Writes text and waits until the stream took it; a reader that has gone away (`| head`) is no error. */
export function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.writable) {
      resolve();
      return;
    }
    stream.write(text, () => {
      resolve();
    });
  });
}
