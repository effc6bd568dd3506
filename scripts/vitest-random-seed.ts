import fc from 'fast-check';

// Continuous integration meets the same random cases every time; RANDOM_SEED=<n> meets others, RANDOM_SEED=any those of the moment.
const wanted = process.env['RANDOM_SEED'] ?? '20261123';
if (wanted !== 'any') fc.configureGlobal({ seed: Number(wanted) });
