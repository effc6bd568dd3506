/** Which server reported the error that ended a COPY between two. */
export class CopyFailure extends Error {
  readonly side: 'source' | 'target';

  constructor(side: 'source' | 'target', cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.side = side;
  }
}

/** A write that the server said it had done, of rows that a trigger of the table kept as they were. */
export class KeptByTrigger extends Error {
  constructor(operation: 'insert' | 'update' | 'delete') {
    super(
      `a BEFORE ${operation.toUpperCase()} trigger of the target kept the row from ${kept[operation]}, without an error`,
    );
  }
}

/** A row whose key is another than that of the entity it is to be the row of. */
export class OtherKey extends Error {
  readonly column: string;
  readonly found: string | null;

  constructor(column: string, wanted: string, found: string | null) {
    super(
      `its key "${column}" is "${wanted}", but to the target the row's is ${found === null ? 'null' : `"${found}"`}: an entry has to name its entity as the target writes it`,
    );
    this.column = column;
    this.found = found;
  }
}

const kept = {
  insert: 'being inserted under this key',
  update: 'being updated',
  delete: 'being deleted',
} as const;

/** The error as the server or the connection gave it. */
export function reportedError(error: unknown): unknown {
  return error instanceof CopyFailure ? error.cause : error;
}

/** An error of the server, told by its fields: a host that only passes errors on need not load the driver for its class. */
function isServerError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string';
}

/** SQLSTATE of an error that a server reported, else null; what a trigger kept is a triggered_action_exception, another key an invalid_parameter_value. */
export function sqlstateOf(error: unknown): string | null {
  if (error instanceof KeptByTrigger) return '09000';
  if (error instanceof OtherKey) return '22023';
  const cause = reportedError(error);
  return isServerError(cause) ? cause.code : null;
}

/**
 * True where the data is at fault, not the server or the statement: data exceptions, broken constraints, what a trigger or a
 * function raised. Such a batch is divided until each bad row stands alone.
 */
export function isDataError(error: unknown): boolean {
  const state = sqlstateOf(error);
  return state !== null && (/^(22|23|44|P0)/.test(state) || dataStates.has(state));
}

// A trigger that did something else, a generated identity, a value too large for an index, an external routine.
const dataStates: ReadonlySet<string> = new Set(['09000', '428C9', '54000', '38000', '39000']);

/** True where the same batch may come through when it is tried again: deadlock, serialization, a lock not got in time. */
export function isWorthRetrying(error: unknown): boolean {
  const state = sqlstateOf(error);
  return state === '40001' || state === '40P01' || state === '55P03';
}

/** True where the connection is gone, so that nothing is known of what was under way. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlstateOf(error);
  if (state !== null) return state.startsWith('08') || state.startsWith('57P0');
  const cause = reportedError(error);
  if (!(cause instanceof Error)) return false;
  const code = (cause as NodeJS.ErrnoException).code;
  if (code !== undefined && /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ERR_STREAM)/.test(code)) return true;
  return /connection terminated|connection error|not queryable|connection ended|socket|client was closed/i.test(
    cause.message,
  );
}
