import type { Bench, Case } from '../bench';
import { startConsole } from '../console-program';
import { openSocket } from '../console-socket';
import { createDatabases, createTable, fillTable } from '../databases';
import { addRound, delayMeasures, noDelays } from '../host-delay';
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
  const delays = noDelays();
  try {
    await createTable(databases.source, 'rows');
    await fillTable(databases.source, 'rows', rows);
    await createTable(databases.target, 'rows');
    await program.init();
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const served = await startConsole(bench, program.folder, databases.variables);
      try {
        starts.push(served.startSeconds);
        const socket = await openSocket(served.link);
        await addRound({ call: socket.call, eventLoopDelay: () => served.eventLoopDelay() }, databases, bench, delays);
        socket.close();
      } finally {
        await served.stop();
      }
    }
    return [
      ...delayMeasures('console', delays),
      { what: 'console: start to link', goal: { atMost: 1, unit: 's' }, samples: starts, reference: null },
    ];
  } finally {
    await program.remove();
    await databases.drop();
  }
}
