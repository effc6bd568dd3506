import type { Logger } from 'pino';
import type { ParsedInputOf } from '../../../shared/contract/contract';

export type PageError = ParsedInputOf<'app.reportError'>;

/** So many errors of pages are written within a minute; a page that fails at each frame shall not turn the log over. */
const atMost = 30;
const minute = 60_000;

/**
 * Writes errors of pages into the log. What they say is text of somebody else: it is bounded by the contract, stays within its field
 * of the line, and secrets are taken out as of any other line. What comes beyond a measure is counted, and told with the next line.
 */
export function notePageErrors(
  logger: Pick<Logger, 'error'>,
  now: () => number = Date.now,
): (error: PageError) => void {
  let since = now();
  let written = 0;
  let left = 0;
  return ({ kind, message, stack, place }) => {
    if (now() - since >= minute) {
      since = now();
      written = 0;
    }
    if (written >= atMost) {
      left += 1;
      return;
    }
    written += 1;
    logger.error(
      { page: { kind, message, stack, place }, ...(left === 0 ? {} : { left_out: left }) },
      'error of a page',
    );
    left = 0;
  };
}
