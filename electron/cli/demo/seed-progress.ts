import { createLogUpdate } from 'log-update';
import { astroBookingsTables } from '../../sandbox/astrobookings/seed';
import type { AstroBookingsTable, SeedProgress } from '../../sandbox/astrobookings/seed';
import { progressBar } from '../progress/lines';
import { grouped } from '../render/format';
import type { Terminal } from '../terminal';

const drawEveryMs = 100;
const plainEveryMs = 3_000;
const nameWidth = Math.max(...astroBookingsTables.map((name) => name.length));

/** Shows on stderr how far each table has been filled. */
export interface SeedDisplay {
  readonly onProgress: (progress: SeedProgress) => void;
  /** Leaves the terminal as if nothing had been drawn. */
  readonly clear: () => void;
}

/** A line for each table at work on a terminal; elsewhere a line every few seconds. */
export function seedDisplay(terminal: Terminal): SeedDisplay {
  const atWork = new Map<AstroBookingsTable, SeedProgress>();
  const region = terminal.err.isTTY ? createLogUpdate(terminal.err) : null;
  let last = performance.now();
  return {
    onProgress: (progress) => {
      if (progress.total !== null && progress.done >= progress.total) atWork.delete(progress.table);
      else atWork.set(progress.table, progress);
      const now = performance.now();
      if (now - last < (region === null ? plainEveryMs : drawEveryMs)) return;
      last = now;
      const lines = [...atWork.values()].map((each) => seedLine(each, region !== null));
      if (region === null) terminal.err.write(lines.map((line) => `${line}\n`).join(''));
      else region(lines.join('\n'));
    },
    clear: () => {
      region?.clear();
      region?.done();
    },
  };
}

function seedLine({ table, done, total }: SeedProgress, withBar: boolean): string {
  const name = withBar ? table.padEnd(nameWidth) : table;
  if (total === null) return `${name}  ${grouped(done)} rows`;
  const percent = Math.min(99, Math.floor((done / total) * 100));
  return `${name}  ${withBar ? `${progressBar(percent)} ` : ''}${percent} %  ${grouped(done)} of ${grouped(total)}`;
}
