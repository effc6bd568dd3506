import type { Case } from '../bench';
import { pair } from '../pair';
import type { PairCase } from '../pair';
import { comparator, comparatorFunctions } from '../references';

/** Plain types are hashed as they are; jsonb hashes its text, as its own hash does not see the image. */
export const identical: Case = compared('identical', 'full run, nothing differs, plain types', 'text', { whole: 1.5 });
export const identicalJson: Case = compared('identical-jsonb', 'full run, nothing differs, with jsonb', 'jsonb', {});

function compared(name: string, title: string, data: NonNullable<PairCase['data']>, goals: PairCase['goals']): Case {
  return {
    name,
    needs: ['psql', 'pg_comparator'],
    run: (bench) =>
      pair(bench, {
        name,
        title,
        targetHolds: 'SELECT * FROM rows',
        data,
        prepare: async ({ source, target }) => {
          await source.query(comparatorFunctions);
          await target.query(comparatorFunctions);
        },
        reference: { name: 'pg_comparator', run: (databases) => comparator(bench, databases, 'rows') },
        goals,
        expect: { unchanged: bench.options.rows },
        changesNothing: true,
      }),
  };
}
