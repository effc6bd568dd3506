import type { Look } from '../terminal';
import { ago, exactTime } from './format';
import type { Tone } from './table';

/** The symbol of a run's status. */
export function runSymbol(status: string): string {
  if (status === 'succeeded') return '✓';
  if (status === 'partial') return '!';
  return hasFailed(status) ? '✗' : '▶';
}

/** The tone of a run's status. */
export function runTone(status: string): Tone {
  if (status === 'succeeded') return 'good';
  if (status === 'partial') return 'warn';
  return hasFailed(status) ? 'bad' : 'plain';
}

/** Of a run that has not ended and gives no sign of life. */
export function silentWords(since: string | null, look: Look): string {
  return `no sign of life since ${exactTime(since)} (${ago(since, look.now)}), probably interrupted`;
}

function hasFailed(status: string): boolean {
  return ['failed', 'cancelled', 'interrupted'].includes(status);
}
