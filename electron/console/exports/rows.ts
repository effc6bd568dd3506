import type { ParsedInputOf } from '../../../shared/contract/contract';
import { phases } from '../../../shared/engine/documents';
import type { RunDetail } from '../../../shared/engine/reports';
import type { Engine } from '../../engine/operate/api';
import { jobFilter } from '../methods/queue';
import { runsFilter } from '../methods/runs';

/** One line of an export: its columns by name, each a text or nothing. */
export type ExportRow = Readonly<Record<string, string | null>>;

type Request = ParsedInputOf<'exports.write'>;

const pageSize = 1000;

/** Everything that matches, page by page, newest first (a log oldest first); what the engine hides stays hidden. */
export async function* exportRows(engine: Engine, request: Request, signal: AbortSignal): AsyncGenerator<ExportRow> {
  if (request.what === 'run') {
    yield* datasetRows(await engine.runDetail(request.run));
    return;
  }
  let cursor: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const { rows, last } = await page(engine, request, cursor);
    yield* rows;
    if (rows.length < pageSize || last === undefined) return;
    cursor = last;
  }
}

/** A run, one line for each of its datasets: what it counted, where the time went, whether it was verified. */
function datasetRows({ run, datasets }: RunDetail): ExportRow[] {
  const { id, kind, status, operator, host, application, started_at: startedAt, ended_at: endedAt } = run;
  const whole = {
    run: id,
    kind,
    run_status: status,
    operator,
    host,
    application,
    started_at: startedAt,
    ended_at: endedAt,
  };
  return datasets.map(({ name, mode, baseline, status: ended, counts, phases_ms: times, error, ...dataset }) => ({
    ...whole,
    dataset: name,
    ...texts({ mode, baseline, status: ended, ...counts }),
    ...texts({ verified: dataset.verified, differences: dataset.differences, in_flight: dataset.in_flight ?? null }),
    ...texts({ changes: dataset.changes ?? null, changed_rows: dataset.changed_rows ?? null }),
    ...texts({ duration_ms: wholeMs(dataset.duration_ms) }),
    ...texts(Object.fromEntries(phases.map((phase) => [`${phase}_ms`, wholeMs(times[phase] ?? null)]))),
    error_code: error?.code ?? null,
    error: error?.message ?? null,
  }));
}

function wholeMs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}

async function page(
  engine: Engine,
  request: Exclude<Request, { readonly what: 'run' }>,
  cursor: string | undefined,
): Promise<{ readonly rows: ExportRow[]; readonly last: string | undefined }> {
  const at = { limit: pageSize, ...(cursor === undefined ? {} : { before: cursor }) };
  switch (request.what) {
    case 'queue': {
      const jobs = await engine.queue({ ...jobFilter(request.filter), ...at });
      const rows = jobs.map(({ data, entity_key: key, ...job }) => ({
        ...texts(job),
        entity_key: JSON.stringify(key),
        operation: data.operation,
        before: data.before === null ? null : JSON.stringify(data.before),
        after: data.after === null ? null : JSON.stringify(data.after),
        ...prefixed('origin_', texts(data.origin)),
      }));
      return { rows, last: jobs.at(-1)?.id };
    }
    case 'runs': {
      const runs = await engine.runs({ ...runsFilter(request.filter), ...at });
      const rows = runs.map(({ counts, datasets, error, ...run }) => ({
        ...texts(run),
        datasets: datasets.join(' '),
        ...texts(counts),
        error_code: error?.code ?? null,
        error: error?.message ?? null,
      }));
      return { rows, last: runs.at(-1)?.id };
    }
    case 'errors': {
      const errors = await engine.errors({ run: request.run, ...at });
      return {
        rows: errors.map(({ key, ...error }) => ({ ...texts(error), key: JSON.stringify(key) })),
        last: errors.at(-1)?.id,
      };
    }
    case 'log': {
      const after = cursor === undefined ? {} : { after: cursor };
      const lines = await engine.runLog({ run: request.run, level: 'debug', limit: pageSize, ...after });
      return { rows: lines.map(texts), last: lines.at(-1)?.id };
    }
  }
}

function texts(values: object): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]: [string, unknown]) => [
      name,
      value === null || typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function prefixed(prefix: string, row: ExportRow): ExportRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [`${prefix}${name}`, value]));
}
