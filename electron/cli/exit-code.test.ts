import { describe, expect, it } from 'vitest';
import type { DatasetDocument, RunDocument } from '../../shared/engine/documents';
import { datasetInLine } from '../../shared/engine/testing/dataset-in-line';
import { exitCodeOf, exitCodeOfError, gravest } from './exit-code';

function document(facts: Partial<RunDocument> = {}, ...datasets: Partial<DatasetDocument>[]): RunDocument {
  return {
    ok: true,
    id: '1',
    status: 'succeeded',
    datasets: datasets.map((each) => datasetInLine(each)),
    error: null,
    ...facts,
  };
}

const error = (code: string) => ({ code, message: 'm', hint: null });

describe('the exit code of a run', () => {
  const cases: [string, number, RunDocument][] = [
    ['done', 0, document({}, {})],
    ['done where rows were skipped and unchanged', 0, document({}, { skipped: 3, unchanged: 9 })],
    ['failed without a word why', 1, document({ ok: false, status: 'failed' }, {})],
    ['failed where only ok says so', 1, document({ ok: false, status: 'strange' }, {})],
    ['interrupted', 1, document({ ok: false, status: 'interrupted' })],
    ['a statement failed', 1, document({ ok: false, status: 'failed' }, { error: error('STATEMENT_FAILED') })],
    ['an unknown code', 1, document({ ok: false, status: 'failed', error: error('FROM_THE_FUTURE') })],
    [
      'a name inherited by every object is no code',
      1,
      document({ ok: false, status: 'failed', error: error('toString') }),
    ],
    ['a definition is wrong', 2, document({ ok: false, status: 'failed', error: error('DATASET_INVALID') })],
    ['rows failed', 3, document({ ok: false, status: 'partial' }, { failed: 1 })],
    ['conflicts', 3, document({ ok: false, status: 'partial' }, { conflicted: 1 })],
    ['partial without counts', 3, document({ ok: false, status: 'partial' }, {})],
    ['not verified', 3, document({ ok: false, status: 'partial' }, { verified: false, differences: 2 })],
    ['deletes withheld', 4, document({ ok: false, status: 'partial' }, { withheld: 312 })],
    ['withheld and rows failed', 4, document({ ok: false, status: 'partial' }, { withheld: 312, failed: 1 })],
    ['the lease is held', 4, document({ ok: false, status: 'failed' }, { verified: null, error: error('LEASE_HELD') })],
    ['no connection', 5, document({ ok: false, status: 'failed', error: error('CONNECT_FAILED') })],
    ['cancelled', 130, document({ ok: false, status: 'cancelled', error: error('CANCELLED') }, { not_attempted: 7 })],
    [
      'failed outranks withheld',
      1,
      document({ ok: false, status: 'failed' }, { withheld: 1 }, { error: error('INTERNAL') }),
    ],
    [
      'wrong definition outranks failed',
      2,
      document({ ok: false }, { error: error('INTERNAL') }, { error: error('NO_KEY') }),
    ],
    [
      'no connection outranks wrong definition',
      5,
      document({ ok: false }, { error: error('NO_KEY') }, { error: error('CONNECTION_LOST') }),
    ],
    [
      'cancelled outranks no connection',
      130,
      document({ ok: false, status: 'cancelled' }, { error: error('CONNECT_FAILED') }),
    ],
  ];
  it.each(cases)('%s → %i', (_name, expected, run) => {
    expect(exitCodeOf('run', run)).toBe(expected);
  });
});

describe('the exit code of other documents', () => {
  it('says of a verification that differences are left', () => {
    expect(exitCodeOf('verify', document({ ok: false }, { verified: false, differences: 1 }))).toBe(3);
  });

  it('takes rows in flight as no difference', () => {
    expect(exitCodeOf('verify', document({}, { in_flight: 4 }))).toBe(0);
  });

  it('says that a plan is done, whatever the run would leave over', () => {
    expect(
      exitCodeOf('plan', document({ status: 'planned' }, { withheld: 312, verified: null, differences: null })),
    ).toBe(0);
  });

  it('says that a plan was refused', () => {
    expect(exitCodeOf('plan', document({ ok: false, status: 'failed' }, { error: error('NEEDS_FULL_RUN') }))).toBe(4);
  });

  it('ranks 130, 5, 2, 1, 4, 3 and 0', () => {
    const ranked = [130, 5, 2, 1, 4, 3, 0] as const;
    for (const [index, first] of ranked.entries()) expect(gravest(ranked.slice(index).reverse())).toBe(first);
    expect(gravest([])).toBe(0);
  });

  it('follows the list of codes', () => {
    expect(exitCodeOfError({ code: 'CANCELLED' })).toBe(130);
    expect(exitCodeOfError({ code: 'SECRET_UNAVAILABLE' })).toBe(2);
  });
});
