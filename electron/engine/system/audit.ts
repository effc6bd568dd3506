import type { Client } from 'pg';
import type { ErrorDocument } from '../../../shared/engine/documents';

/** One command that writes: who, from where, what, and how it ended. */
export interface AuditEntry {
  readonly operator: string;
  readonly host: string;
  readonly application: string;
  readonly environment: string;
  /** init, uninstall, run, cancel, prune, … */
  readonly command: string;
  /** Never a secret. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly runId: string | null;
  /** done, or the status or code with which it ended */
  readonly outcome: string;
  readonly error: ErrorDocument | null;
}

/** Appends to the audit log, which nothing removes. */
export async function writeAudit(system: Client, entry: AuditEntry): Promise<void> {
  await system.query(
    `INSERT INTO astro_sync.audit_log (operator, host, application, environment, command, details, run_id, outcome, error)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
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
