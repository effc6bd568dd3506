import { verdictOf } from '../../../shared/engine/verdict';
import type { Compared, Verdict } from '../../../shared/engine/verdict';
import type { ToneCell } from './table';

const looks = {
  equal: { sign: '✓ ', tone: 'good' },
  rest: { sign: '✓ ', tone: 'warn' },
  waits: { sign: '! ', tone: 'warn' },
  differs: { sign: '✗ ', tone: 'bad' },
  open: { sign: '✗ ', tone: 'bad' },
  none: { sign: '', tone: 'dim' },
} as const satisfies Record<Verdict['kind'], object>;

/** What a comparison came to, as a cell of a table: `✓ equal but 2 failed`. */
export function verdictCell(compared: Compared): ToneCell {
  const { kind, words } = verdictOf(compared);
  const { sign, tone } = looks[kind];
  return { text: kind === 'none' ? '–' : `${sign}${words}`, tone };
}
