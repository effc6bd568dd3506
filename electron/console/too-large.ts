import type { Outcome } from '../../shared/contract/wire';

/** What a transport answers instead of an answer that a page could not take. */
export const tooLarge: Outcome = {
  ok: false,
  error: {
    code: 'ANSWER_TOO_LARGE',
    message: 'The answer is larger than a page can take',
    hint: 'Ask for less at once: narrow the filter, or export it to a file.',
    retryable: false,
    details: {},
  },
};
