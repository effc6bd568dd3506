import type { Client } from 'pg';
import type { ErrorDocument } from '../../../shared/engine/documents';

export interface AuditEntry {
  readonly operator: string;
  readonly host: string;
  readonly application: string;
  readonly environment: string;
  readonly command: string;
  /** What was asked: datasets, mode, approvals; never a secret. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly runId: string | null;
  readonly outcome: string;
  readonly error: ErrorDocument | null;
}

/** Writes down who did what. Rows are only ever added. */
export async function insertAudit(system: Client, entry: AuditEntry): Promise<void> {
  await system.query(
    `INSERT INTO astro_sync.audit_log (operator, host, application, environment, command, details, run_id, outcome, error)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9::jsonb)`,
    [
      entry.operator,
      entry.host,
      entry.application,
      entry.environment,
      entry.command,
      JSON.stringify(entry.details),
      entry.runId,
      entry.outcome,
      entry.error === null ? null : JSON.stringify(entry.error),
    ],
  );
}
