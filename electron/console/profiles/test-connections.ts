import type { CheckReport } from '../../../shared/engine/reports';
import type { Definitions, OpenEngine, OpenRequest, TunnelWay } from '../engine/engine-session';

/**
 * Tries every hop of every connection, and says which rights are there and what is to be granted; opens nothing for good. What cannot
 * be reached, also a whole tunnel, keeps nothing else out of the report.
 * @throws SyncError SECRET_UNAVAILABLE where the tunnel's key needs a passphrase, ENVIRONMENT_INVALID
 */
export async function testConnections(openEngine: OpenEngine, request: OpenRequest): Promise<CheckReport> {
  const session = await openEngine({ ...request, tolerant: true });
  try {
    const ways = await session.tunnelWays();
    const report = withTunnel(await session.engine(() => undefined).check({ datasets: [] }), ways);
    const { errors } = session.opened.definitions;
    return {
      ...report,
      ok: report.ok && errors.length === 0,
      warnings: [...report.warnings, ...errors.map(definitionError)],
    };
  } finally {
    await session.close();
  }
}

function definitionError({ file, line, message }: Definitions['errors'][number]): string {
  if (message.startsWith(file)) return message;
  return `${file}${line === null ? '' : `:${String(line)}`}: ${message}`;
}

/** The way through the tunnel comes first; behind a hop that fails, what the near end says tells nothing. */
export function withTunnel(report: CheckReport, ways: readonly TunnelWay[]): CheckReport {
  const databases = report.databases.map((database) => {
    const way = ways.find((each) => each.database === database.name);
    if (way === undefined) return database;
    const ok = way.hops.every((hop) => hop.ok);
    return { ...database, ok: database.ok && ok, hops: ok ? [...way.hops, ...database.hops] : [...way.hops] };
  });
  return { ...report, ok: report.ok && databases.every(({ ok }) => ok), databases };
}
