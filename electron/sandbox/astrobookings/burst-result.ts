/** Ids of what was done, by kind, as text. */
export interface BurstResult {
  /** By booking-service (actor lucia.fernandez). */
  readonly bookingsMade: readonly string[];
  readonly bookingsMoved: readonly string[];
  readonly bookingsCanceled: readonly string[];
  readonly bookingsDeleted: readonly string[];
  readonly travelersRegistered: readonly string[];
  readonly travelerEmailsChanged: readonly string[];
  /** By agency-portal (actor marek.zolkiewski). */
  readonly launchesDelayed: readonly string[];
  readonly rocketsRefitted: readonly string[];
  readonly agenciesRenamed: readonly string[];
  /** By finance-desk (it names no actor). */
  readonly pricesChanged: readonly string[];
  /** In the cache's stream, by booking-service: ids from 1,000,000,000 up. */
  readonly cacheBookingsMade: readonly string[];
  readonly cacheBookingsCancelled: readonly string[];
  readonly cacheBookingsOnUnknownLaunch: readonly string[];
}

/** How many of each kind. */
export function countBurst(result: BurstResult): Readonly<Record<keyof BurstResult, number>> {
  return Object.fromEntries(
    Object.entries(result).map(([kind, ids]: [string, readonly string[]]) => [kind, ids.length]),
  ) as Record<keyof BurstResult, number>;
}
