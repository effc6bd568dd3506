import type { ParsedInputOf } from '../../../shared/contract/contract';
import { plainRun } from '../../../shared/contract/plain-run';
import type { RunsFilter } from '../../engine/operate/api';
import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';
import { assertConfirmed } from './confirm';
import { page } from './page';
import { startRun } from './work';

type RunMethods = 'runs.list' | 'runs.detail' | 'runs.log' | 'runs.errorGroups' | 'runs.errors' | 'runs.retryFailed';

export function runsHandlers(context: ConsoleContext): Pick<Handlers, RunMethods> {
  const { session } = context;
  return {
    'runs.list': async ({ filter, before, after, limit }) => {
      const runs = await session.engine().runs({
        ...runsFilter(filter),
        ...(before === null ? {} : { before }),
        ...(after === null ? {} : { after }),
        limit: limit + 1,
      });
      const { items, more } = page(runs, limit);
      return { runs: items, more };
    },
    'runs.detail': ({ id }) => session.engine().runDetail(id),
    'runs.log': async ({ run, after, level, limit }) => {
      const entries = await session
        .engine()
        .runLog({ run, level, ...(after === null ? {} : { after }), limit: limit + 1 });
      const { items, more } = page(entries, limit);
      return { entries: items, more };
    },
    'runs.errorGroups': async ({ run }) => [...(await session.engine().errorGroups(run))],
    'runs.errors': async ({ run, dataset, sqlstate, column, reason, before, limit }) => {
      const errors = await session.engine().errors({
        run,
        ...(dataset === null ? {} : { dataset }),
        ...(sqlstate === null ? {} : { sqlstate }),
        ...(column === null ? {} : { column }),
        ...(reason === null ? {} : { reason }),
        ...(before === null ? {} : { before }),
        limit: limit + 1,
        brief: true,
      });
      const { items, more } = page(errors, limit);
      return { errors: items, more };
    },
    'runs.retryFailed': async ({ run, confirm }) => {
      assertConfirmed(session.require(), confirm);
      const retried = await session.engine().retryFailedRows({ run, ...(confirm === null ? {} : { confirm }) });
      return startRun(context, { ...plainRun, datasets: [...retried.datasets], mode: 'incremental', confirm });
    },
  };
}

/** The filter of a page as the engine takes it: null does not matter. */
export function runsFilter(filter: ParsedInputOf<'runs.list'>['filter']): Omit<RunsFilter, 'limit'> {
  const { dataset, status, kind, mode, operator, since, until } = filter;
  return {
    ...(dataset === null ? {} : { dataset }),
    ...(status.length === 0 ? {} : { status }),
    ...(kind.length === 0 ? {} : { kind }),
    ...(mode === null ? {} : { mode }),
    ...(operator === null ? {} : { operator }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  };
}
