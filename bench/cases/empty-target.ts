import type { Case } from '../bench';
import { copyBinary } from '../references';
import { pair } from '../pair';

export const emptyTarget: Case = {
  name: 'empty-target',
  needs: ['psql'],
  run: (bench) =>
    pair(bench, {
      name: 'empty-target',
      title: 'full run into an empty table',
      targetHolds: null,
      reference: {
        name: 'psql COPY binary | psql COPY',
        run: (databases) => copyBinary(bench, databases, 'rows', 'rows'),
      },
      goals: { apply: 0.75, whole: 0.4 },
      expect: { inserted: bench.options.rows },
    }),
};
