import type { RunDocument } from '../../../shared/engine/documents';
import type { ErrorCode } from '../../../shared/error-codes';
import { SyncError } from '../../engine/errors';
import type { Engine } from '../../engine/operate/api';
import { counted } from '../render/format';
import { renderPlan, renderRun, renderVerification } from '../render/run-document';
import { moved } from './checks';
import type { Narrator } from './narrator';
import type { Sandbox } from './sandbox';

/** Where the story takes place. */
export interface Stage {
  readonly narrator: Narrator;
  readonly sandbox: Sandbox;
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** Takes the live progress off the screen. */
  readonly clearProgress: () => void;
}

/** Plans all datasets. @throws SyncError where nothing could be planned at all */
export async function plan({ engine, signal, clearProgress }: Stage): Promise<RunDocument> {
  return something(await engine.plan({ datasets: [], mode: 'auto', signal }).finally(clearProgress));
}

/** The step that plans all datasets and shows what a run would do. */
export function planStep(stage: Stage, title: string, about: readonly string[]): Promise<RunDocument> {
  const { step, say, look } = stage.narrator;
  return step(title, about, async () => {
    const document = await plan(stage);
    const datasets = document.datasets.map((dataset) => ({ ...dataset, samples: [] }));
    await say(renderPlan({ ...document, datasets }, 'demo', look()));
    return { outcome: `${counted(sum(document, 'planned'), 'row')} to write`, value: document };
  });
}

/** The step that brings all datasets into line. */
export function runStep(stage: Stage, title: string, about: readonly string[]): Promise<RunDocument> {
  const { narrator, engine, signal, clearProgress } = stage;
  const { step, say, look } = narrator;
  return step(title, about, async () => {
    const document = something(await engine.run({ datasets: [], mode: 'auto', signal }).finally(clearProgress));
    await say(renderRun(inShort(document), look()));
    return { outcome: `${counted(moved(document), 'row')} written, ${differences(document)}`, value: document };
  });
}

/** The step that compares every row of all datasets. */
export function verifyStep(stage: Stage, title: string): Promise<RunDocument> {
  const { narrator, engine, signal, clearProgress } = stage;
  const { step, say, look } = narrator;
  return step(title, ['Every row of every dataset is compared on both sides; nothing is written.'], async () => {
    const document = something(await engine.verify({ datasets: [], signal }).finally(clearProgress));
    await say(renderVerification(inShort(document), look()));
    return {
      outcome: `${counted(sum(document, 'unchanged'), 'row')} equal, ${differences(document)}`,
      value: document,
    };
  });
}

/** A document that tells of at least one dataset. @throws SyncError where it does not, or at Ctrl-C */
function something(document: RunDocument): RunDocument {
  const { error, status, datasets } = document;
  if (error === null || (datasets.length > 0 && status !== 'cancelled')) return document;
  throw new SyncError(error.code as ErrorCode, error.message, error.hint === null ? {} : { hint: error.hint });
}

/** Without the id of the run and its phases: they do not fit the line, and the story needs neither. */
function inShort({ ok, status, datasets, error }: RunDocument): RunDocument {
  return { ok, id: null, status, datasets, error };
}

function sum(document: RunDocument, count: 'planned' | 'unchanged'): number {
  return document.datasets.reduce((total, dataset) => total + dataset[count], 0);
}

function differences(document: RunDocument): string {
  const found = document.datasets.reduce((total, dataset) => total + (dataset.differences ?? 0), 0);
  return counted(found, 'difference');
}
