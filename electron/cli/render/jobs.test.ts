import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../shared/engine/documents';
import { job } from '../demo/testing/job';
import { renderHistory } from './jobs';

const look = { colors: createColors(false), columns: 120, now: 0 };
const [first, second] = ['018f3c1e-0000-7000-8000-000000000001', '018f3c1e-0000-7000-8000-000000000002'];

/** The line of a history that tells what is behind a change that the second run wrote. */
function causeOf(cause: Cause): string | undefined {
  const own = job({ application: 'astro-sync', actor: 'otto', run: second });
  return renderHistory([{ ...own, cause }], look)
    .split('\n')
    .find((line) => line.includes('brought by'));
}

describe('the history of a change that the sync wrote', () => {
  it('names the change that its run had carried', () => {
    const { origin } = job({ application: 'crm', actor: 'ana', database: 'system' }).data;
    const change = { job: '12', dataset: 'travelers', origin };
    expect(causeOf({ runs: [second], change })).toBe(
      `  brought by run ${second}, which carried the change of ana with crm @ system (job 12 of travelers)`,
    );
    expect(causeOf({ runs: [second, first], change })).toContain(
      `run ${second}, before that by run ${first}, which carried`,
    );
  });

  it('names the run alone where that is not certain, and nothing where nobody brought it', () => {
    expect(causeOf({ runs: [second], change: null })).toBe(
      `  brought by run ${second}; which change it had carried cannot be told`,
    );
    expect(renderHistory([{ ...job(), cause: null }, job()], look)).not.toContain('brought');
  });
});
