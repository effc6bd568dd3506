import { SyncError } from '../../engine/errors';
import { toned } from '../render/table';
import type { Look, Terminal } from '../terminal';
import { lookOf, write } from '../terminal';

/** Nothing that the demo writes is wider; narrower terminals wrap. */
const demoColumns = 100;

/** A step of the story that came to its end. */
export interface StepDone {
  readonly title: string;
  /** What came of it, in a few words. */
  readonly outcome: string;
  readonly ms: number;
}

export interface Told<T> {
  readonly outcome: string;
  readonly value: T;
}

/** Tells the story on stdout, step by step, and keeps what came of each. */
export interface Narrator {
  readonly look: () => Look;
  /** Writes lines; each text ends with its own newline. */
  readonly say: (text: string) => Promise<void>;
  /**
   * Heads a step, does its work, and says in the end how long it took.
   * @throws SyncError CANCELLED at Ctrl-C, without waiting for the work; and what the work throws
   */
  readonly step: <T>(title: string, about: readonly string[], work: () => Promise<Told<T>>) => Promise<T>;
  readonly done: readonly StepDone[];
}

export function narrator(terminal: Terminal, color: boolean, signal: AbortSignal): Narrator {
  const done: StepDone[] = [];
  const look = (): Look => {
    const found = lookOf(terminal.out, terminal.environment, color);
    return { ...found, columns: Math.min(found.columns, demoColumns) };
  };
  // Progress stands right below the heading; what came of it is set apart.
  let headed = false;
  const say = (text: string): Promise<void> => {
    // Work that Ctrl-C left behind has nothing more to tell.
    if (signal.aborted) return Promise.resolve();
    const apart = headed ? '\n' : '';
    headed = false;
    return write(terminal.out, `${apart}${text}`);
  };
  return {
    look,
    say,
    done,
    async step(title, about, work) {
      const heading = toned(`${done.length + 1}  ${title}`, 'strong', look());
      await say(`\n${heading}\n${about.map((line) => `${toned(line, 'dim', look())}\n`).join('')}`);
      headed = true;
      const startedAt = performance.now();
      const { outcome, value } = await Promise.race([work(), cancelled(signal)]);
      done.push({ title, outcome, ms: performance.now() - startedAt });
      return value;
    },
  };
}

function cancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(new SyncError('CANCELLED', 'The demo was stopped'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** A line of good news: `✓ PostgreSQL 18 on 127.0.0.1:40001`. */
export function doneLine(text: string, look: Look): string {
  return `${toned('✓', 'good', look)} ${text}\n`;
}
