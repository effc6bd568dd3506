import type { Case } from '../bench';
import { pair } from '../pair';
import { merge } from '../references';

export const allDiffer: Case = {
  name: 'all-differ',
  needs: ['psql'],
  run: (bench) =>
    pair(bench, {
      name: 'all-differ',
      title: 'full run, every row differs',
      targetHolds: 'SELECT id, amount + 1, at, name, data FROM rows',
      reference: { name: 'psql merge', run: (databases) => merge(bench, databases, 'rows', 'rows') },
      goals: { apply: 0.75, whole: 0.5 },
      expect: { updated: bench.options.rows },
    }),
};
