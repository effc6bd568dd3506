import type { EngineEvent, EngineListener } from '../../../shared/engine/events';
import { exactTime } from '../render/format';
import { printable } from '../render/printable';
import { toned } from '../render/table';
import type { Look, Terminal } from '../terminal';
import { lookOf } from '../terminal';
import { progressLines, progressText } from './lines';
import type { ProgressView } from './view';
import { hasEnded, noProgress, withEvent } from './view';

const drawEveryMs = 100;
const plainEveryMs = 3_000;

/** Listens to the engine and shows on stderr what it hears. */
export interface ProgressDisplay {
  readonly listener: EngineListener;
  /** Leaves the terminal as if nothing had been drawn, and forgets what was heard; the next event begins anew. */
  readonly clear: () => void;
}

/** Progress as the command line wants it: NDJSON with --json, a live region on a terminal, else a line every few seconds. */
export async function progressDisplay(
  terminal: Terminal,
  options: { readonly json: boolean; readonly color: boolean },
): Promise<ProgressDisplay> {
  if (options.json) return eventLines(terminal.err);
  if (terminal.err.isTTY) return liveRegion(terminal, options.color);
  return plainLines(terminal.err, () => lookOf(terminal.err, terminal.environment, options.color));
}

/** The engine's events as they are, one JSON document a line. */
export function eventLines(stream: NodeJS.WritableStream): ProgressDisplay {
  return {
    listener: (event) => void stream.write(`${JSON.stringify(event)}\n`),
    clear: () => undefined,
  };
}

/** Where stderr is a file or a pipe: a line for each dataset at work every few seconds, and one for each that ended. */
export function plainLines(stream: NodeJS.WritableStream, look: () => Look): ProgressDisplay {
  let view: ProgressView = noProgress;
  let last = look().now;
  return {
    listener: (event) => {
      const current = look();
      const { now } = current;
      view = withEvent(view, event, now);
      const line = logLine(event, current);
      if (line !== null) stream.write(line);
      const ended = event.type === 'status' && event.dataset !== null && hasEnded(event.status);
      if (!ended && now - last < plainEveryMs) return;
      const shown = [...view.values()].filter((progress) =>
        ended ? progress.dataset === event.dataset : !hasEnded(progress.status) && progress.last !== null,
      );
      if (!ended) last = now;
      const time = exactTime(new Date(now).toISOString());
      for (const progress of shown) stream.write(`${time}  ${progress.dataset}  ${progressText(progress, now)}\n`);
    },
    clear: () => {
      view = noProgress;
    },
  };
}

async function liveRegion(terminal: Terminal, color: boolean): Promise<ProgressDisplay> {
  const { createLogUpdate } = await import('log-update');
  const region = createLogUpdate(terminal.err);
  let view: ProgressView = noProgress;
  let frame = 0;
  const draw = (): void => {
    if (view.size === 0) return;
    const look = lookOf(terminal.err, terminal.environment, color);
    region(progressLines(view, look, frame++, terminal.err.rows).join('\n'));
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    listener: (event) => {
      const look = lookOf(terminal.err, terminal.environment, color);
      view = withEvent(view, event, look.now);
      const line = logLine(event, look);
      if (line !== null) region.persist(line.trimEnd());
      timer ??= setInterval(draw, drawEveryMs).unref();
    },
    clear: () => {
      clearInterval(timer);
      timer = undefined;
      view = noProgress;
      region.clear();
      region.done();
    },
  };
}

/** Warnings and errors are told at once; the rest of the log stays with the run. */
function logLine(event: EngineEvent, look: Look): string | null {
  if (event.type !== 'log' || (event.level !== 'warn' && event.level !== 'error')) return null;
  const tone = event.level === 'warn' ? 'warn' : 'bad';
  const dataset = event.dataset === null ? '' : `${event.dataset}: `;
  return `${toned(event.level === 'warn' ? '! warning' : '✗ error', tone, look)} ${dataset}${printable(event.message)}\n`;
}
