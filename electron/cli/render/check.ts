import type { CheckReport } from '../../../shared/engine/reports';
import { renderError } from '../failure';
import type { Look } from '../terminal';
import { rightsText, sortedRights, withReasons } from '../../../shared/engine/rights';
import { counted, duration, grouped } from './format';
import { printable, printableText } from './printable';
import { toned } from './table';

function ending({ ok, datasets }: CheckReport, look: Look): string {
  if (!ok) return `${toned('✗', 'bad', look)} not ready\n`;
  const open = datasets.filter(({ captured }) => captured === false).length;
  if (open === 0) return `${toned('✓', 'good', look)} everything is ready\n`;
  return `${toned('!', 'warn', look)} ready, but ${counted(open, 'dataset')} not initialised: astro-sync init\n`;
}

/** One line: all that it needs is there, or what of it is not. */
function rights({ rights: all }: CheckReport['datasets'][number], look: Look): string {
  if (all.length === 0) return '';
  const { held, lacking, unknown } = sortedRights(all);
  const count = `${grouped(held.length)} of ${counted(all.length, 'right')}`;
  const parts = [
    count,
    ...(lacking.length === 0 ? [] : [`lacks ${lacking.map(rightsText).join('; ')}`]),
    ...(unknown.length === 0 ? [] : [`not known: ${unknown.map(rightsText).join('; ')}`]),
  ];
  const sign = lacking.length > 0 ? toned('✗', 'bad', look) : unknown.length > 0 ? toned('?', 'warn', look) : null;
  return `  ${sign ?? toned('✓', 'good', look)} rights: ${printable(parts.join(', '))}\n`;
}

/** What `check` found, hop by hop and dataset by dataset, with the SQL that an administrator has to run. */
export function renderCheck(report: CheckReport, look: Look): string {
  const mark = (ok: boolean): string => (ok ? toned('✓', 'good', look) : toned('✗', 'bad', look));
  const warning = (text: string): string => `  ${toned('!', 'warn', look)} ${printable(text)}\n`;
  const databases = report.databases.map((database) => {
    const hops = database.hops.map((hop) => {
      const time = hop.duration_ms === null ? '' : toned(` (${duration(hop.duration_ms)})`, 'dim', look);
      return `  ${mark(hop.ok)} ${hop.name}: ${printable(hop.detail)}${time}\n`;
    });
    const who = `an administrator of ${printable(database.label)}`;
    const list = (why: string, statements: readonly string[]): string =>
      statements.length === 0 ? '' : `  ${why}\n\n${statements.map((sql) => `    ${printableText(sql)}\n`).join('')}\n`;
    const worth = database.recommended.map(({ grant }) => grant);
    const needed = database.grants.filter((sql) => !worth.includes(sql));
    const grants =
      list(`Rights are missing; ${who} runs:`, needed) +
      list(
        `${toned('!', 'warn', look)} Not needed by runs, but worth having; ${who} may run:`,
        withReasons(database.recommended),
      );
    return `${mark(database.ok)} ${toned(printable(database.label), 'strong', look)}\n${hops.join('')}${grants}`;
  });
  const datasets = report.datasets.map((dataset) => {
    const error =
      dataset.error === null ? '' : `  ${renderError(dataset.error, look).trimEnd().replaceAll('\n', '\n  ')}\n`;
    const warnings = dataset.warnings.map(warning).join('');
    return `${mark(dataset.ok)} ${toned(dataset.name, 'strong', look)}\n${error}${rights(dataset, look)}${warnings}`;
  });
  return [
    databases.join(''),
    datasets.join(''),
    report.warnings.map((text) => warning(text).trimStart()).join(''),
    ending(report, look),
  ]
    .filter((part) => part !== '')
    .join('\n');
}
