/** A verification of a whole dataset that found everything equal. */
export const equalVerification = {
  dataset: 'customers',
  run: 'r1',
  kind: 'verify' as const,
  at: '2026-01-01T00:10:00Z',
  whole: true,
  verified: true,
  differences: 0,
  failed: 0,
  withheld: 0,
  conflicted: 0,
  in_flight: null,
  error: null,
  row: 'equal' as const,
};
