import type { Client } from 'pg';
import { quoteLiteral } from '../../connect/identifiers';
import type { DriverContext } from '../../run/driver';
import { appliedTarget, fencedOff, lastBatch, proveFenceSql } from '../fence';
import type { FenceProof } from '../fence';
import { throwIfCancelled } from '../../cancelled';
import type { Connections } from './connections';
import { isConnectionLoss, isWorthRetrying, sqlstateOf } from '../../compare/server-errors';

/** Runs work in an apply transaction of the target's writer. */
export type ApplyTransaction = <T>(work: (writer: Client) => Promise<T>) => Promise<T>;

const attempts = 5;

/** A COMMIT takes no longer, unless it never reached the server. */
const stillUnderWay = '5s';

/**
 * Every apply transaction proves the fence before it writes, says for captures on the target whose write it is, and checks deferred
 * constraints before the COMMIT. Deadlocks and serialization failures are tried again, from the start of the work.
 * Where the answer to a COMMIT is lost, the target's own record decides whether it happened.
 * @param openWriter gives the writer's connection, ready to be used
 * @param sessionHoldsWork true where the writer's session remembers what a new session would not know
 * @throws SyncError FENCED_OFF, CANCELLED; errors of the server as they are
 */
export function applyTransactions(
  context: DriverContext,
  connections: Connections,
  openWriter: () => Promise<Client>,
  sessionHoldsWork: () => boolean,
): ApplyTransaction {
  const { write, dataset } = context;
  if (write === null) throw new TypeError(`dataset ${dataset.name} was opened for reading`);
  const proof: FenceProof = {
    dataset: dataset.name,
    target: appliedTarget(dataset),
    fence: write.fence,
    runId: write.runId,
  };
  let batch = 0;

  const begin = async (writer: Client): Promise<void> => {
    const settings = {
      'astro_sync.run': write.runId,
      'astro_sync.application': 'astro-sync',
      'astro_sync.actor': write.operator,
    };
    const calls = Object.entries(settings).map(
      ([name, value]) => `set_config('${name}', ${quoteLiteral(value)}, true)`,
    );
    // One round trip; a COMMIT can only follow once the answer was seen.
    const results = (await writer.query(
      `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT ${calls.join(', ')}; ${proveFenceSql(proof, batch + 1)}`,
    )) as unknown as { rowCount: number | null }[];
    if (results.at(-1)?.rowCount !== 1) {
      await writer.query('ROLLBACK');
      throw fencedOff(proof);
    }
  };

  const commit = async (writer: Client): Promise<void> => {
    throwIfCancelled(context.signal);
    try {
      await writer.query('SET CONSTRAINTS ALL IMMEDIATE; COMMIT');
    } catch (error) {
      if (!isConnectionLoss(error) || !(await wasCommitted(writer)) || sessionHoldsWork()) throw error;
      context.log(
        'warn',
        `Dataset "${dataset.name}": the answer to a COMMIT was lost; the target says that it happened`,
      );
    }
    batch += 1;
  };

  const wasCommitted = async (writer: Client): Promise<boolean> => {
    connections.discard(writer);
    const asking = await connections.target.connect('look at applied');
    try {
      await asking.query(`SET lock_timeout = '${stillUnderWay}'`);
      return (await lastBatch(asking, proof)) === batch + 1;
    } catch (error) {
      // A session that the server does not know to be lost: nobody can say yet.
      if (sqlstateOf(error) === '55P03') return false;
      throw error;
    } finally {
      await asking.end();
    }
  };

  return async (work) => {
    for (let attempt = 1; ; attempt += 1) {
      const writer = await openWriter();
      try {
        await begin(writer);
        const result = await work(writer);
        await commit(writer);
        return result;
      } catch (error) {
        await rollback(writer, connections);
        if (!isWorthRetrying(error) || attempt >= attempts || context.signal.aborted) throw error;
        context.log('debug', `Dataset "${dataset.name}": a batch is tried again`, { attempt });
        await pause(20 * 2 ** attempt);
      }
    }
  };
}

async function rollback(writer: Client, connections: Connections): Promise<void> {
  try {
    await writer.query('ROLLBACK');
  } catch {
    connections.discard(writer);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
