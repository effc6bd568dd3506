import type { RunSummary } from '../../../../shared/engine/reports';

/** The same for a terminal; which environment file is left to whoever runs it. */
export function terminalCommand({ kind, mode, datasets }: Pick<RunSummary, 'kind' | 'mode' | 'datasets'>): string {
  const words = ['astro-sync', kind, ...datasets];
  if (kind !== 'verify' && mode !== 'auto') words.push('--mode', mode);
  return words.join(' ');
}
