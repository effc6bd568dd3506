import type { Client } from 'pg';
import type { Digest } from '../../compare/digest';
import { policyOf } from '../../compare/policy';
import type { Policy } from '../../compare/policy';
import type { Span } from '../../compare/span';
import { postgresSource } from '../../dataset/projection';
import type { PostgresDatabase } from '../../connect/postgres';
import { SyncError } from '../../errors';
import type { DriverContext } from '../../run/driver';
import { connectionsOf } from './connections';
import type { Connections } from './connections';
import { createDeletes } from './deletes';
import { createStage } from './stage';
import { applyTransactions } from './transaction';
import type { ApplyTransaction } from './transaction';

/** A span that a full run has compared, and what the source holds of it. */
export interface ComparedSpan {
  readonly span: Span;
  /** null where the source was not hashed: the target held nothing. */
  readonly source: Digest | null;
  readonly touched: boolean;
}

/** What the steps of one dataset in one run share. */
export interface Session {
  readonly context: DriverContext;
  readonly policy: Policy;
  readonly connections: Connections;
  readonly transaction: ApplyTransaction;
  /** The writer, its temporary tables made. */
  writer(): Promise<Client>;
  /** What upsertAll has compared; null before it ran. */
  compared: ComparedSpan[] | null;
  /** True while the writer's session remembers deletes or rows set aside. */
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
  const refuseWrite: ApplyTransaction = () => {
    throw new SyncError('READ_ONLY', `Dataset "${dataset.name}" was opened for reading`);
  };
  let prepared: Promise<void> | null = null;
  let preparedOn: Client | null = null;
  const session: Session = {
    context,
    policy,
    connections,
    transaction:
      context.write === null ? refuseWrite : applyTransactions(context, connections, () => session.holdsWork),
    async writer() {
      const writer = await connections.targetWriter();
      if (preparedOn !== writer) {
        preparedOn = writer;
        prepared = createStage(writer, policy.dataset).then(() => createDeletes(writer, policy.dataset));
      }
      await prepared;
      return writer;
    },
    compared: null,
    holdsWork: false,
  };
  return session;
}

/** For messages: which server a statement went to. */
export function sourceLabel(context: DriverContext): string {
  return context.source?.database.label ?? postgresSource(context.dataset).database;
}

/** The target database, which openSession has made sure of. */
export function targetLabel(context: DriverContext): string {
  return (context.target as PostgresDatabase).label;
}
