import { duration } from '../render/format';
import { table, toned } from '../render/table';
import type { Look } from '../terminal';
import type { Check } from './check';
import type { StepDone } from './narrator';

export function renderBanner(look: Look): string {
  return [
    `${toned('AstroBookings Sync Console: the demo', 'strong', look)}\n\n`,
    'AstroBookings sells seats on rocket launches. Its data lives in three databases that drift apart:\n',
    'OperationsDB and SystemDB in PostgreSQL, and CacheDB in Redis, which the web site reads.\n',
    'The demo starts all three, brings them into line, lets applications write, and follows each change.\n',
  ].join('');
}

/** What was done, how long it took, and whether all of it was right. */
export function renderSummary(steps: readonly StepDone[], checks: readonly Check[], ms: number, look: Look): string {
  const passed = checks.filter((check) => check.passed).length;
  const fine = passed === checks.length;
  const verdict = `${passed} of ${checks.length} checks passed in ${duration(ms)}`;
  return [
    table(
      [{ title: 'Step' }, { title: 'Outcome' }, { title: 'Time', align: 'right' }],
      steps.map((step) => [{ text: step.title, tone: 'strong' }, step.outcome, duration(step.ms)]),
      look,
    ),
    `\n${fine ? toned('✓', 'good', look) : toned('✗', 'bad', look)} ${toned(verdict, 'strong', look)}\n`,
  ].join('');
}
