import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';

type OriginMethods = 'origins.summary' | 'entities.explain' | 'entities.find';

export function originsHandlers({ session }: ConsoleContext): Pick<Handlers, OriginMethods> {
  return {
    'origins.summary': ({ dataset, by, ...span }) =>
      session.engine().origins({ ...span, ...(dataset === null ? {} : { dataset }), ...(by === null ? {} : { by }) }),
    'entities.explain': ({ dataset, key, before }) => session.engine().explain(dataset, key, before ?? undefined),
    'entities.find': async ({ text }) => [...(await session.engine().findEntities(text))],
  };
}
