import type { DatasetDocument, RunDocument } from '../../../shared/engine/documents';
import { renderError } from '../failure';
import type { Look } from '../terminal';
import { counted, duration, grouped } from './format';
import { printable } from './printable';
import { toned } from './table';

/** What stands below the table: whatever is left over or in the way, each with the next step. Empty where there is nothing. */
export function renderRunNotes(kind: 'plan' | 'run' | 'verify', document: RunDocument, look: Look): string {
  return document.datasets
    .map((dataset) => [
      ...guardNotes(kind, dataset, look),
      ...leftOverNotes(kind, dataset, document.id, look),
      ...errorNotes(dataset, look),
    ])
    .flat()
    .join('');
}

function note(dataset: string, text: string, look: Look): string {
  return `${toned('!', 'warn', look)} ${toned(dataset, 'strong', look)}: ${text}\n`;
}

function guardNotes(kind: 'plan' | 'run' | 'verify', dataset: DatasetDocument, look: Look): string[] {
  const { name, withheld, deleted, held_back: heldBack } = dataset;
  const notes: string[] = [];
  if (kind === 'run' && dataset.captured === false)
    notes.push(note(name, 'not initialised: every run is a full one until astro-sync init', look));
  if (kind === 'plan' && deleted > 0) {
    notes.push(note(name, toned(`would delete ${counted(deleted, 'row')}`, 'bad', look), look));
  }
  if (kind === 'plan' && withheld > 0) {
    const what = `${counted(withheld, 'delete')} of ${toned(name, 'strong', look)} will be withheld`;
    const text =
      dataset.withheld_by === 'empty_source'
        ? `${what}, all rows of the target, as if the source were empty: --allow-empty-source lets them go`
        : `${what}: --approve-deletes ${withheld} lets them go`;
    notes.push(`${toned('!', 'warn', look)} ${text}\n`);
  }
  // A withheld delete of a run comes with an error of its own, which says why and what to do.
  if (kind === 'run' && withheld > 0 && (dataset.error ?? null) === null) {
    notes.push(note(name, `${counted(withheld, 'delete')} withheld; approve with --approve-deletes ${withheld}`, look));
  }
  if (heldBack !== null && heldBack.transactions > 0) {
    const open = counted(heldBack.transactions, 'open transaction');
    const age = heldBack.oldest_age_s === null ? '' : ` for ${duration(heldBack.oldest_age_s * 1000)}`;
    const pid = heldBack.oldest_pid === null ? '' : ` (oldest: pid ${heldBack.oldest_pid})`;
    const hold = heldBack.transactions === 1 ? 'holds' : 'hold';
    notes.push(note(name, `${open} on the source ${hold} its horizon back${age}${pid}`, look));
  }
  return notes;
}

function leftOverNotes(
  kind: 'plan' | 'run' | 'verify',
  dataset: DatasetDocument,
  run: string | null,
  look: Look,
): string[] {
  if (kind === 'plan') return [];
  const notes: string[] = [];
  const { name, failed, conflicted, not_attempted: notAttempted, in_flight: inFlight = 0 } = dataset;
  if (failed > 0) {
    const list = run === null ? 'astro-sync errors' : `astro-sync errors --run ${run}`;
    notes.push(
      note(
        name,
        `${counted(failed, 'row')} failed; see them with ${list} --dataset ${name}, try them again with astro-sync run ${name} --retry-failed`,
        look,
      ),
    );
  }
  if (conflicted > 0) {
    notes.push(
      note(name, `${counted(conflicted, 'conflict')}; see astro-sync queue --dataset ${name} --status conflict`, look),
    );
  }
  for (const warning of dataset.warnings ?? []) notes.push(note(name, printable(warning), look));
  if (notAttempted > 0) notes.push(note(name, `${counted(notAttempted, 'row')} not attempted`, look));
  if (kind === 'verify' && inFlight > 0) {
    const approve = dataset.withheld_by === 'empty_source' ? '--allow-empty-source' : '--approve-deletes <n>';
    const differ = inFlight === 1 ? 'differs but has' : 'differ but have';
    notes.push(
      note(
        name,
        (dataset.withheld_by ?? null) === null
          ? `${grouped(inFlight)} ${differ} a change on the way; astro-sync run ${name} applies it`
          : `${grouped(inFlight)} ${differ} a change on the way, withheld deletes among them; astro-sync plan ${name} counts them, ` +
              `astro-sync run ${name} ${approve} applies them`,
        look,
      ),
    );
  }
  return notes;
}

function errorNotes(dataset: DatasetDocument, look: Look): string[] {
  if (dataset.error === null || dataset.error === undefined) return [];
  return [`${toned('✗', 'bad', look)} ${toned(dataset.name, 'strong', look)}: ${renderError(dataset.error, look)}`];
}
