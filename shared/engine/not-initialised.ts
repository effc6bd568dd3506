/** What can be done with a dataset whose changes are not captured, as it is defined now. */
export const notInitialised =
  'not initialised: until astro-sync init there are full runs at most, and none into a PostgreSQL database without schema astro_sync';
