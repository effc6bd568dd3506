import type { EncodedBatch } from './entity-encoder';
import type { UnusableValue } from './index-entries';
import { rowText, streamRows } from './source-rows';
import type { SourceRow } from './source-rows';
import type { UpsertMode, UpsertOutcome } from './upsert-batch';
import { batchSender } from './batch-sender';
import type { RedisWork } from './work';
import { sourceError, stopIfCancelled } from './work';

const defaultBatch = 1_000;
/** A batch also ends at this size, so that wide rows neither block Redis for long nor fill memory. */
const batchBytes = 1024 * 1024;
/** Batches on their way to Redis at once: one runs there while the next ones are read and encoded. */
const depth = 3;

export interface StreamPass {
  readonly mode: UpsertMode;
  readonly onBatch: (batch: EncodedBatch, outcome: UpsertOutcome) => void;
  /** May wait between batches. */
  readonly rest?: () => Promise<void>;
  readonly onUnusable: (key: readonly string[], bad: UnusableValue) => void;
}

/** Rows of the source, and how many of its entities the ledger holds. */
export interface StreamTally {
  readonly rows: number;
  readonly held: number;
}

/** How many entities go into one script. */
export function batchSize(work: RedisWork): number {
  return Math.min(work.dataset.definition.batch ?? defaultBatch, 10_000);
}

/** Takes the whole source, in its snapshot, through the script in batches; memory holds a few batches, whatever the size. */
export async function streamPass(work: RedisWork, pass: StreamPass): Promise<StreamTally> {
  const { encoder, select } = work;
  const answered: { held: number; failure: { readonly error: unknown } | null } = { held: 0, failure: null };
  const size = batchSize(work);
  const ready: EncodedBatch[] = [];
  const sent = new Set<Promise<void>>();
  const sender = await batchSender(work, pass.mode);

  const send = (batch: EncodedBatch): void => {
    const answer = sender
      .send(batch)
      .then((outcome) => {
        answered.held += outcome.held;
        pass.onBatch(batch, outcome);
      })
      .catch((error: unknown) => {
        answered.failure ??= { error };
      })
      .finally(() => sent.delete(answer));
    sent.add(answer);
  };
  const onRow = (row: SourceRow): void => {
    const bad = encoder.add(row);
    if (bad !== null) pass.onUnusable(keyOfRow(work, row), bad);
    else if (encoder.count() >= size || encoder.size() >= batchBytes) ready.push(encoder.take());
  };
  const rested = async (): Promise<void> => {
    stopIfCancelled(work);
    for (let batch = ready.shift(); batch !== undefined; batch = ready.shift()) {
      while (sent.size >= depth) await Promise.race(sent);
      if (answered.failure !== null) throw answered.failure.error;
      send(batch);
    }
    await pass.rest?.();
  };

  const client = await work.connectSource();
  try {
    const rows = await streamRows(client, select.sql(), select.width, onRow, rested);
    if (encoder.count() > 0) ready.push(encoder.take());
    await rested();
    await Promise.all(sent);
    if (answered.failure !== null) throw answered.failure.error;
    return { rows, held: answered.held };
  } catch (cause) {
    await Promise.all(sent);
    throw sourceError(work, cause);
  } finally {
    sender.close();
    await work.disconnectSource(client);
  }
}

/** The key of a row of the select. */
function keyOfRow(work: RedisWork, row: SourceRow): string[] {
  return work.keyFields.map((at) => rowText(row, at) ?? '');
}
