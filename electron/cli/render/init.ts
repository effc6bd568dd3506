import type { InitReport } from '../../../shared/engine/reports';
import type { Look } from '../terminal';
import { printable } from './printable';
import { toned } from './table';

/** What init or uninstall did to each database. */
export function renderInit(report: InitReport, look: Look): string {
  const databases = report.databases.map(({ label, done }) => {
    const steps = done.length === 0 ? ['nothing to do'] : done;
    return `${toned('✓', 'good', look)} ${toned(printable(label), 'strong', look)}\n${steps.map((step) => `  ${printable(step)}\n`).join('')}`;
  });
  const datasets = report.datasets.length === 0 ? '' : `\nDatasets: ${report.datasets.join(', ')}\n`;
  const warnings = report.warnings.map((text) => `${toned('!', 'warn', look)} ${printable(text)}\n`).join('');
  return `${databases.join('')}${datasets}${warnings}`;
}
