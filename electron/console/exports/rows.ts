import type { ParsedInputOf } from '../../../shared/contract/contract';
import type { Engine } from '../../engine/operate/api';
import { jobFilter } from '../methods/queue';
import { runsFilter } from '../methods/runs';

/** One line of an export: its columns by name, each a text or nothing. */
export type ExportRow = Readonly<Record<string, string | null>>;

type Request = ParsedInputOf<'exports.write'>;

const pageSize = 1000;

/** Everything that matches, page by page, newest first; what the engine hides stays hidden. */
export async function* exportRows(engine: Engine, request: Request, signal: AbortSignal): AsyncGenerator<ExportRow> {
  let before: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const at = { limit: pageSize, ...(before === undefined ? {} : { before }) };
    const { rows, last } = await page(engine, request, at);
    yield* rows;
    if (rows.length < pageSize || last === undefined) return;
    before = last;
  }
}

async function page(
  engine: Engine,
  request: Request,
  at: { readonly limit: number; readonly before?: string },
): Promise<{ readonly rows: ExportRow[]; readonly last: string | undefined }> {
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
