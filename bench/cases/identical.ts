import type { Case } from '../bench';
import { pair } from '../pair';
import { comparator, comparatorFunctions } from '../references';

export const identical: Case = {
  name: 'identical',
  needs: ['psql', 'pg_comparator'],
  run: (bench) =>
    pair(bench, {
      name: 'identical',
      title: 'full run, nothing differs',
      targetHolds: 'SELECT * FROM rows',
      prepare: async ({ source, target }) => {
        await source.query(comparatorFunctions);
        await target.query(comparatorFunctions);
      },
      reference: { name: 'pg_comparator', run: (databases) => comparator(bench, databases, 'rows') },
      goals: { whole: 1.5 },
      expect: { unchanged: bench.options.rows },
      changesNothing: true,
    }),
};
