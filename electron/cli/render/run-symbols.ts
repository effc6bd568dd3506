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

function hasFailed(status: string): boolean {
  return ['failed', 'cancelled', 'interrupted'].includes(status);
}
