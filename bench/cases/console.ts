import type { Bench, Case } from '../bench';
import { startConsole } from '../console-program';
import { openSocket } from '../console-socket';
import { createDatabases, createTable, fillTable, resetTable } from '../databases';
import type { Measure } from '../measure';
import { syncProgram } from '../sync-program';

/** How much a run disturbs the process that serves the page: the engine works in a thread of its own. */
export const consoleHost: Case = { name: 'console', needs: [], run: measure };

async function measure(bench: Bench): Promise<Measure[]> {
  const { rows, repeats } = bench.options;
  const databases = await createDatabases(bench.postgres, 'console');
  const program = await syncProgram(bench, databases, [
    { name: 'rows', source: { database: 'source', table: 'rows' }, target: { database: 'target', table: 'rows' } },
  ]);
  const starts: number[] = [];
  const delays: number[] = [];
  try {
    await createTable(databases.source, 'rows');
    await fillTable(databases.source, 'rows', rows);
    await createTable(databases.target, 'rows');
    await program.init();
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      await resetTable(databases.target, 'rows', null);
      const served = await startConsole(bench, program.folder, databases.variables);
      try {
        starts.push(served.startSeconds);
        const socket = await openSocket(served.link);
        await served.eventLoopDelay();
        await socket.run('rows');
        const { p99, max } = await served.eventLoopDelay();
        delays.push(p99);
        bench.note(`console: event loop p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(1)} ms`);
        socket.close();
      } finally {
        await served.stop();
      }
    }
    return [
      { what: 'console: event loop, p99 delay', goal: { atMost: 25, unit: 'ms' }, samples: delays, reference: null },
      { what: 'console: start to link', goal: { atMost: 1, unit: 's' }, samples: starts, reference: null },
    ];
  } finally {
    await program.remove();
    await databases.drop();
  }
}
