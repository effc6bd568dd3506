import { stringify } from 'yaml';
import type { QualifiedName } from '../connect/identifiers';
import { quoteIdent } from '../connect/identifiers';
import type { Table } from '../catalog/table';

/** A dataset that two catalogs suggest. */
export interface DiscoveredDataset {
  readonly source: Table;
  readonly target: Table;
  /** null: all of the source, so that nothing needs to be named. */
  readonly columns: readonly string[] | null;
  readonly updateOnly: boolean;
  /** Why something is missing, one line each. */
  readonly remarks: readonly string[];
}

/** The definitions as YAML, one after the other, with remarks as comments; what was left out at the end. */
export function writeDefinitions(
  names: { readonly source: string; readonly target: string },
  datasets: readonly DiscoveredDataset[],
  leftOut: readonly string[],
): string {
  const taken = new Set<string>();
  const head = `# Tables that ${names.source} and ${names.target} have in common. Read each before the first run: this is a proposal.`;
  const blocks = datasets.map((dataset) =>
    [
      ...dataset.remarks.map(comment),
      `- name: ${datasetName(dataset.source, taken)}`,
      `  source: { database: ${names.source}, table: ${scalar(tableText(dataset.source))}${columnsText(dataset.columns)} }`,
      `  target: { database: ${names.target}, table: ${scalar(tableText(dataset.target))} }`,
      ...(dataset.updateOnly ? ['  write: update', '  on_delete: keep'] : []),
    ].join('\n'),
  );
  const rest = leftOut.length === 0 ? [] : [['# Left out:', ...leftOut.map((line) => comment(`- ${line}`))].join('\n')];
  return `${[head, ...blocks, ...rest].join('\n\n')}\n`;
}

function columnsText(columns: readonly string[] | null): string {
  return columns === null ? '' : `, columns: [${columns.map(scalar).join(', ')}]`;
}

/** A name of a table may hold anything, a line break too; a comment may not. */
function comment(text: string): string {
  return `# ${text.replaceAll(/\s*[\r\n\u0085\u2028\u2029]+\s*/g, ' ')}`;
}

function scalar(text: string): string {
  return stringify(text, {
    lineWidth: 0,
    defaultStringType: /^[\w.-]+$/.test(text) ? 'PLAIN' : 'QUOTE_DOUBLE',
  }).trimEnd();
}

function tableText({ schema, name }: QualifiedName): string {
  return [schema, name].map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : quoteIdent(part))).join('.');
}

function datasetName(table: Table, taken: Set<string>): string {
  const clean = (text: string): string =>
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]+/g, '-')
      .replace(/^[^a-z]+/, '')
      .replace(/-+$/, '');
  const base = (clean(table.name) || 'table').slice(0, 50);
  const full = (clean(`${table.schema}-${table.name}`) || 'table').slice(0, 50);
  let name = taken.has(base) ? full : base;
  for (let n = 2; taken.has(name); n += 1) name = `${full}-${String(n)}`;
  taken.add(name);
  return name;
}
