import type { CheckReport } from '../../../shared/engine/reports';
import { SyncError } from '../../engine/errors';
import type { OpenEngine, OpenRequest, TunnelHop } from '../engine/engine-session';
import { failureOf } from '../failure';

/** Tries every hop of every connection, and says what is to be granted; opens nothing for good. */
export async function testConnections(openEngine: OpenEngine, request: OpenRequest): Promise<CheckReport> {
  let session;
  try {
    session = await openEngine(request);
  } catch (error) {
    if (error instanceof SyncError && error.code === 'TUNNEL_FAILED') return tunnelFailed(request, error);
    throw error;
  }
  try {
    const hops = await session.tunnelHops();
    const report = withTunnel(await session.engine(() => undefined).check({ datasets: [] }), hops);
    const { errors } = session.opened.definitions;
    return { ...report, warnings: [...report.warnings, ...errors.map(({ message }) => message)] };
  } finally {
    await session.close();
  }
}

/** The way through the tunnel comes first; behind one that fails, what the near end says tells nothing. */
export function withTunnel(report: CheckReport, tried: readonly TunnelHop[]): CheckReport {
  const databases = report.databases.map((database) => {
    const found = tried.find((each) => each.database === database.name);
    if (found === undefined) return database;
    const { hop } = found;
    return { ...database, ok: database.ok && hop.ok, hops: hop.ok ? [hop, ...database.hops] : [hop] };
  });
  return { ...report, ok: report.ok && databases.every(({ ok }) => ok), databases };
}

/** Without the tunnel nothing behind it can be asked. */
function tunnelFailed({ definition, tunnel }: OpenRequest, error: SyncError): CheckReport {
  const { message } = failureOf(error);
  return {
    ok: false,
    databases: Object.entries(definition.databases).flatMap(([name]) =>
      tunnel?.databases.includes(name) === true
        ? [
            {
              name,
              label: name,
              ok: false,
              identity: null,
              version: null,
              hops: [{ name: 'tunnel', ok: false, detail: message, duration_ms: null }],
              grants: [],
              recommended: [],
            },
          ]
        : [],
    ),
    datasets: [],
    warnings: ['The tunnel could not be opened; nothing else was tried.'],
  };
}
