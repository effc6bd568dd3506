import { exportRows } from '../exports/rows';
import { writeExport } from '../exports/write-export';
import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';

export function exportsHandlers({ session, tasks, facilities }: ConsoleContext): Pick<Handlers, 'exports.write'> {
  return {
    'exports.write': async (request) => {
      const { environment } = session.require();
      const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
      const destination = await facilities.askWhere(`${environment.name}-${request.what}-${time}.${request.format}`);
      if (destination === null) return { file: null, rows: 0, download: null };
      return tasks.through(
        { kind: 'export', environment: environment.name, datasets: [] },
        async (_listener, signal) => {
          const engine = session.engine(() => undefined);
          const { file, rows } = await writeExport(exportRows(engine, request, signal), request.format);
          return { rows, ...(await destination.deliver(file)) };
        },
      );
    },
  };
}
