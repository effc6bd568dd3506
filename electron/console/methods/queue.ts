import type { ParsedInputOf } from '../../../shared/contract/contract';
import type { JobFilter, JobsChanged, JobsPart } from '../../engine/operate/api';
import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';
import { assertConfirmed } from './confirm';
import { page } from './page';

type QueueMethods = 'queue.list' | 'queue.job' | 'queue.count' | 'queue.countAll' | 'queue.retry' | 'queue.skip';

export function queueHandlers({ session }: ConsoleContext): Pick<Handlers, QueueMethods> {
  return {
    'queue.list': async ({ filter, before, after, limit }) => {
      const jobs = await session.engine().queue({
        ...jobFilter(filter),
        ...(before === null ? {} : { before }),
        ...(after === null ? {} : { after }),
        limit: limit + 1,
        brief: true,
      });
      const { items, more } = page(jobs, limit);
      return { jobs: items, more };
    },
    'queue.job': ({ id }) => session.engine().job(id),
    'queue.count': ({ filter }) => session.engine().queueCount(jobFilter(filter)),
    'queue.countAll': async ({ filter }) => ({ count: await session.engine().queueCountAll(jobFilter(filter)) }),
    'queue.retry': async ({ filter, expected, confirm, from }) => {
      assertConfirmed(session.require(), confirm);
      const request = { filter: jobFilter(filter), expected, part: partFrom(from), ...given(confirm) };
      return answer(await session.engine().retryJobs(request));
    },
    'queue.skip': async ({ filter, expected, confirm, reason, from }) => {
      assertConfirmed(session.require(), confirm);
      const request = { filter: jobFilter(filter), expected, reason, part: partFrom(from), ...given(confirm) };
      return answer(await session.engine().skipJobs(request));
    },
  };
}

/** The filter of a page as the engine takes it: null does not matter. */
export function jobFilter(filter: ParsedInputOf<'queue.count'>['filter']): JobFilter {
  const { dataset, status, entity, database, application, actor, role, changes_only, by, run, since, until } = filter;
  return {
    ...(dataset === null ? {} : { dataset }),
    ...(status.length === 0 ? {} : { status }),
    ...(entity === null ? {} : { entity }),
    ...(database === null ? {} : { originDatabase: database }),
    ...(application === null ? {} : { application }),
    ...(actor === null ? {} : { actor }),
    ...(role === null ? {} : { role }),
    ...(changes_only ? { changesOnly: true } : {}),
    ...(by === null ? {} : { by }),
    ...(run === null ? {} : { run }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  };
}

/** Changed in one go: a few seconds' work. */
const partOfJobs = 50_000;

function partFrom(from: ParsedInputOf<'queue.retry'>['from']): JobsPart {
  return { ...from, most: partOfJobs };
}

function answer({ changed, rest }: JobsChanged): { changed: number; rest: ParsedInputOf<'queue.retry'>['from'] } {
  return { changed, rest: rest ?? null };
}

function given(confirm: string | null): { readonly confirm?: string } {
  return confirm === null ? {} : { confirm };
}
