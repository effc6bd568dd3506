import { duration, grouped } from '../render/format';
import type { Look } from '../terminal';
import { runSymbol, runTone } from '../render/run-symbols';
import { toned } from '../render/table';
import type { DatasetProgress, ProgressView } from './view';
import type { ProgressEvent } from '../../../shared/engine/events';
import { hasEnded, percentOf } from './view';

const barWidth = 20;
const stalledAfterMs = 10_000;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** What is known of a dataset's progress, in words: `apply 45 % 45,000 of ~100,000, 22,000/s, 3 s left`. */
export function progressText(progress: DatasetProgress, now: number): string {
  const { status, last, movedAt } = progress;
  if (hasEnded(status)) return last === null ? status : ending(status, last);
  if (last === null) return status;
  const percent = percentOf(progress);
  const total = percent === null || last.total === null ? null : Math.max(last.total, last.done);
  const estimated = last.total_kind === 'estimated' ? '~' : '';
  if (last.total === 0 && last.done === 0) return `${last.phase}  nothing to do`;
  const parts = [
    total === null ? rows(last.done) : `${grouped(last.done)} of ${estimated}${grouped(total)}`,
    ...(last.rate === null || last.rate <= 0 ? [] : [`${grouped(Math.round(last.rate))}/s`]),
    ...(last.eta_s === null || total === null ? [] : [`${duration(Math.max(1, Math.round(last.eta_s)) * 1000)} left`]),
    ...(now - movedAt >= stalledAfterMs ? [`! nothing moved for ${duration(now - movedAt)}`] : []),
  ];
  return `${last.phase}${percent === null ? '' : ` ${percent} %`}  ${parts.join(', ')}`;
}

/** A verification tells what it found; anything else how it ended. */
function ending(status: string, { done, differences }: ProgressEvent): string {
  if (differences === undefined || (status !== 'succeeded' && status !== 'partial')) return `${status}, ${rows(done)}`;
  if (differences === 0) return `equal, ${rows(done)}`;
  return `${grouped(differences)} ${differences === 1 ? 'differs' : 'differ'}, ${rows(done)} compared`;
}

function rows(done: number): string {
  return `${grouped(done)} ${done === 1 ? 'row' : 'rows'}`;
}

/** A bar for a known total: never full before the verification has ended. */
export function progressBar(percent: number): string {
  const filled = Math.floor((percent / 100) * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
}

/**
 * The live region of the terminal: one line per dataset; where they do not fit, those that are at work and a summary.
 * @param frame counts up with every drawing, turns the spinner
 * @param height lines that the terminal shows
 */
export function progressLines(view: ProgressView, look: Look, frame: number, height: number): string[] {
  const all = [...view.values()];
  const width = Math.max(0, ...all.map(({ dataset }) => dataset.length));
  const line = (progress: DatasetProgress): string => progressLine(progress, width, look, frame);
  if (all.length < height) return all.map(line);
  const atWork = all.filter(({ status }) => !hasEnded(status) && status !== 'queued');
  const ended = all.filter(({ status }) => hasEnded(status)).length;
  return [...atWork.slice(0, Math.max(1, height - 2)).map(line), `${ended} of ${all.length} datasets done`];
}

function progressLine(progress: DatasetProgress, width: number, look: Look, frame: number): string {
  const { dataset, status } = progress;
  const percent = percentOf(progress);
  const turning = spinner[frame % spinner.length] ?? '';
  const symbol = hasEnded(status)
    ? toned(runSymbol(status), runTone(status), look)
    : status === 'queued'
      ? '·'
      : turning;
  const bar = percent === null || hasEnded(status) || progress.last === null ? '' : `${progressBar(percent)} `;
  // A wrapped line would leave its rest behind when the region is drawn again.
  const text = `${dataset.padEnd(width)}  ${bar}${progressText(progress, look.now)}`;
  return `${symbol} ${Array.from(text)
    .slice(0, Math.max(10, look.columns - 3))
    .join('')}`;
}
