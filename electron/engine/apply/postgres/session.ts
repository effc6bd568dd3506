import type { Client } from 'pg';
import type { Comparison } from '../../compare/comparison';
import type { Digest } from '../../compare/digest';
import { policyOf } from '../../compare/policy';
import type { Policy } from '../../compare/policy';
import type { Span } from '../../compare/span';
import { SyncError } from '../../errors';
import type { DriverContext, RowError } from '../../run/driver';
import { putBack, takeOut } from './carry-work';
import type { CarriedWork } from './carry-work';
import { connectionsOf } from './connections';
import type { Connections } from './connections';
import { postgresRows } from './row-source';
import type { RowSource } from './row-source';
import { streamRows } from './stream-rows';
import type { StreamRows } from './stream-rows';
import { applyTransactions } from './transaction';
import type { ApplyTransaction } from './transaction';
import { createWorkTables } from './work-tables';

/** A span that a full run has compared, and what the source holds of it. */
export interface ComparedSpan {
  readonly span: Span;
  /** null where the source was not hashed, or could not be. */
  readonly source: Digest | null;
  /** Rows that the source has there, but for those set aside. */
  readonly rows: number;
  /** The target is not as it was when it was compared. */
  readonly touched: boolean;
}

/** What the steps of one dataset in one run share. */
export interface Session {
  readonly context: DriverContext;
  readonly policy: Policy;
  readonly connections: Connections;
  readonly rows: RowSource;
  /** Images of a stream source; null for a PostgreSQL source. */
  readonly images: StreamRows | null;
  readonly transaction: ApplyTransaction;
  /** The writer's connection, its temporary tables made. */
  writer(): Promise<Client>;
  /** Both sides' readers. */
  comparison(): Promise<Comparison>;
  /** Gives back the connections until they are needed again, but for a writer's that remembers more than can be carried on. */
  rest(): Promise<void>;
  /** Tells the run of rows that were refused, once their batch is over. */
  tell(errors: readonly RowError[]): void;
  /** Row errors told so far. */
  rowErrors: number;
  /** What upsertAll has compared; null before it ran. */
  compared: ComparedSpan[] | null;
  /** Rows were inserted with explicit values since sequences were last looked after. */
  inserted: boolean;
  /** The deletes may be done: rows that are to be deleted may be made to let go of their values. */
  deletesApproved: boolean;
  /** True while the writer's session remembers deletes or rows set aside, which a new session would not know. */
  holdsWork: boolean;
}

/** @throws SyncError COLUMN_MISSING, INTERNAL where the target is not in PostgreSQL */
export function openSession(context: DriverContext): Session {
  const { target, dataset } = context;
  if (target.engine !== 'postgres') {
    throw new SyncError('INTERNAL', `Dataset "${dataset.name}": the target ${target.label} is not in PostgreSQL`);
  }
  const policy = policyOf(dataset);
  const connections = connectionsOf(context, target);
  const refuse = (): never => {
    throw new SyncError('READ_ONLY', `Dataset "${dataset.name}" was opened for reading`);
  };
  let prepared: Promise<void> | null = null;
  let preparedOn: Client | null = null;
  let carried: CarriedWork | null = null;
  const prepare = async (client: Client): Promise<void> => {
    await createWorkTables(client, policy.dataset);
    if (carried !== null) await putBack(client, carried);
    carried = null;
  };
  const writer = async (): Promise<Client> => {
    if (context.write === null) refuse();
    const client = await connections.targetWriter();
    if (preparedOn !== client) {
      if (session.holdsWork && carried === null)
        throw new Error('connection terminated: the session that remembered deletes is gone');
      preparedOn = client;
      prepared = prepare(client);
    }
    await prepared;
    return client;
  };
  const images = dataset.source.engine === 'redis' ? streamRows(policy) : null;
  const session: Session = {
    context,
    policy,
    connections,
    rows: images ?? postgresRows(connections, policy.dataset),
    images,
    transaction:
      context.write === null ? refuse : applyTransactions(context, connections, writer, () => session.holdsWork),
    writer,
    async comparison() {
      const [source, reader] = await Promise.all([connections.sourceReader(), connections.targetReader()]);
      return { policy, source, target: reader, restoreSource: () => connections.restoreSource(source) };
    },
    async rest() {
      if (session.holdsWork && carried === null) carried = await takeOut(await writer());
      const keepWriter = session.holdsWork && carried === null;
      connections.rest(keepWriter);
      // The same connection may come back, without its temporary tables.
      if (!keepWriter) preparedOn = null;
    },
    tell(errors) {
      for (const error of errors) context.write?.onRowError(error);
      session.rowErrors += errors.length;
    },
    rowErrors: 0,
    compared: null,
    inserted: false,
    deletesApproved: false,
    holdsWork: false,
  };
  return session;
}

/** For messages: between which servers the dataset goes. */
export function serversOf({ dataset, source, target }: DriverContext): string {
  return `${source?.database.label ?? dataset.source.database} → ${target.label}`;
}
