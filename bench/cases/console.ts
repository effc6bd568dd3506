import type { Bench, Case } from '../bench';
import { startConsole } from '../console-program';
import { openSocket } from '../console-socket';
import { addRound, delayMeasures, noDelays, withRows } from '../host-delay';
import type { Measure } from '../measure';

/** How much a run disturbs the process that serves the page: the engine works in a thread of its own. */
export const consoleHost: Case = { name: 'console', needs: [], run: measure };

function measure(bench: Bench): Promise<Measure[]> {
  return withRows(bench, 'console', async (databases, program) => {
    const starts: number[] = [];
    const delays = noDelays();
    for (let repeat = 0; repeat < bench.options.repeats; repeat += 1) {
      const served = await startConsole(bench, program.folder, databases.variables);
      try {
        starts.push(served.startSeconds);
        const socket = await openSocket(served.link);
        const host = { call: socket.call, eventLoopDelay: () => served.eventLoopDelay() };
        await addRound(host, databases, bench, delays);
        socket.close();
      } finally {
        await served.stop();
      }
    }
    return [
      ...delayMeasures('console', delays),
      { what: 'console: start to link', goal: { atMost: 1, unit: 's' }, samples: starts, reference: null },
    ];
  });
}
