import type { RunDetail } from '../../../../shared/engine/reports';
import { verdictOf } from '../../../../shared/engine/verdict';
import { doneWords } from '../../../../shared/engine/waiting-words';
import { countParts } from '../../format/counts';
import { counted, grouped } from '../../format/number';
import { duration } from '../../format/time';

/** Counts in words; what is zero is left out. */
function inWords(counts: RunDetail['run']['counts']): string {
  const told = countParts
    .filter((name) => counts[name] > 0)
    .map((name) => `${grouped(counts[name])} ${name.replace('_', ' ')}`);
  return told.length === 0 ? 'nothing to do' : told.join(', ');
}

/** A run as a few lines of text, to be pasted into a message or a ticket. */
export function runSummaryText({ run, datasets, row_errors: errors }: RunDetail): string {
  const { id, kind, mode, status, operator, host, started_at: start, ended_at: end } = run;
  const took = end === null ? 'under way' : duration(new Date(end).getTime() - new Date(start).getTime());
  return [
    `${kind} ${id}: ${status}`,
    `${mode} mode, by ${operator} on ${host}, started ${start}, ${took}`,
    ...datasets.map((dataset) => {
      const { name, status: how, counts, error, verified } = dataset;
      const why = error === null ? '' : `; ${error.code}: ${error.message}`;
      const found = verified === null ? '' : `, verified: ${verdictOf({ ...dataset, ...counts }).words}`;
      return `- ${name}: ${how}, ${inWords(counts)}${found}${why}`;
    }),
    ...[doneWords(datasets.map((dataset) => ({ ...dataset, ...dataset.counts })))].filter((words) => words !== null),
    ...(errors === 0 ? [] : [counted(errors, 'row error')]),
    ...(run.error === null ? [] : [`${run.error.code}: ${run.error.message}`]),
  ].join('\n');
}
