import type { Cell } from '../render/table';
import { table } from '../render/table';
import type { Look } from '../terminal';

/** Something that has to be true in the end, and what was found. */
export interface Check {
  readonly title: string;
  readonly passed: boolean;
  readonly found: string;
}

export function renderChecks(checks: readonly Check[], look: Look): string {
  return table(
    [{ title: '' }, { title: 'What has to be true' }, { title: 'What was found' }],
    checks.map(({ title, passed, found }): Cell[] => [
      passed ? { text: '✓', tone: 'good' } : { text: '✗', tone: 'bad' },
      title,
      { text: found, tone: passed ? 'dim' : 'bad' },
    ]),
    look,
  );
}
