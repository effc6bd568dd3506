import type { VerificationOfEntity } from '../../../../shared/contract/methods/origins';
import { verdictOf } from '../../../../shared/engine/verdict';

/** What a verification found: its result is of the dataset, and of this row only as far as that is known. */
export function verificationWords(verification: VerificationOfEntity): string {
  const { kind, words } = verdictOf(verification);
  if (kind === 'equal') return 'all equal';
  return `${words}; ${ofThisRow[verification.row ?? 'unknown']}`;
}

const ofThisRow = {
  equal: 'this row was equal',
  differs: 'this row differed',
  failed: 'this row had failed',
  unknown: 'how this row was is not known',
} as const;
