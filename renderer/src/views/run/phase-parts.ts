import type { RunDetail } from '../../../../shared/engine/reports';

type Times = RunDetail['datasets'][number]['phases_ms'];

/** The phases of a dataset in order, each as the page calls it; `rest` is what no phase has. */
export const phaseNames = {
  connect: 'connect',
  relay: 'read changes',
  plan: 'compare',
  apply: 'write',
  verify: 'verify',
  rest: 'settle and record',
} as const;
export type Phase = keyof typeof phaseNames;

/** Milliseconds below which nothing is said of what is left: phases are rounded. */
const rounding = 5;

/**
 * Where the time of a dataset went, so that the parts come to the whole: what is in no phase (its jobs are settled, its
 * record is written) is the rest. @param took null: not known
 */
export function phaseParts(
  times: Times,
  took: number | null,
): readonly { readonly phase: Phase; readonly ms: number }[] {
  const known = (Object.keys(phaseNames) as Phase[]).flatMap((phase) => {
    const ms = phase === 'rest' ? 0 : (times[phase] ?? 0);
    return ms > 0 ? [{ phase, ms }] : [];
  });
  const rest = (took ?? 0) - known.reduce((sum, { ms }) => sum + ms, 0);
  return rest < rounding ? known : [...known, { phase: 'rest', ms: rest }];
}
