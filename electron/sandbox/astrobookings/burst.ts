import { application } from './applications';
import type { ApplicationUrls } from './applications';
import { agencyPortalAtWork, bookingServiceAtWork, financeDeskAtWork } from './burst-databases';
import type { BurstResult } from './burst-result';
import { bookInCache } from './burst-stream';

export interface BurstOptions extends ApplicationUrls {
  /** `redis://…` of CacheDB; without it no booking is made there. */
  readonly cache?: string;
  /** Which rows are hit: the same seed on the same data hits the same. 1 unless said. */
  readonly seed?: number;
  /** Also books a seat in the cache on a launch that does not exist. */
  readonly unknownLaunch?: boolean;
}

/**
 * A while of ordinary traffic: three applications write to OperationsDB, SystemDB and, where `cache` is given, the stream of
 * CacheDB, as they do every day. No row of a table is hit twice by one burst. They know nothing of the sync, and need no right for it.
 */
export async function runBurst(options: BurstOptions): Promise<BurstResult> {
  const seed = options.seed ?? 1;
  const bookingService = application('bookingService', options);
  const agencyPortal = application('agencyPortal', options);
  const financeDesk = application('financeDesk', options);
  try {
    const booked = await bookingServiceAtWork(bookingService, seed);
    const flown = await agencyPortalAtWork(agencyPortal, seed);
    const priced = await financeDeskAtWork(financeDesk, seed);
    const cached = await bookInCache(bookingService, { ...options, seed });
    return { ...booked, ...flown, ...priced, ...cached };
  } finally {
    await Promise.all([bookingService, agencyPortal, financeDesk].map((running) => running.close()));
  }
}
