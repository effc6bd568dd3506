import { emptySourceWords } from './guards';
import type { Withholding } from './guards';

/** The reason of the gap that a full run leaves where a guard withheld its deletes. */
export const withheldGaps: Readonly<Record<Withholding['by'], string>> = {
  delete_guard: 'deletes were withheld in the last full run',
  empty_source: 'the source was empty in the last full run, and the deletes of all rows were withheld',
};

/** The guard whose approval closes this gap; null where the gap is of something else, or there is none. */
export function withheldBy(gap: string | null): Withholding['by'] | null {
  if (gap === withheldGaps.delete_guard) return 'delete_guard';
  return gap === withheldGaps.empty_source ? 'empty_source' : null;
}

/** The guard that gave this reason for leaving a job pending. */
export function guardOf(reason: string): Withholding['by'] {
  return reason.includes(emptySourceWords) ? 'empty_source' : 'delete_guard';
}
