/** The reasons of alerts, written as badges are. */
export const alertWords = {
  failed: 'Failed',
  partial: 'Partial',
  interrupted: 'Interrupted',
  stalled: 'Stalled',
  cancelled: 'Cancelled',
  succeeded: 'Succeeded',
} as const;
