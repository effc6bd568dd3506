import { SyncError } from '../../engine/errors';
import type { Engine } from '../../engine/operate/api';

/** An engine each of whose methods is one call of `call`: wherever the engine works, callers see the same interface. */
export function engineProxy(call: (method: keyof Engine, words: readonly unknown[]) => Promise<unknown>): Engine {
  return new Proxy({} as Engine, {
    // It is no promise: without this, a function that gives it back asynchronously would call its `then`.
    get: (_target, name) =>
      name === 'then' || typeof name === 'symbol'
        ? undefined
        : (...words: readonly unknown[]) => call(name as keyof Engine, words),
  });
}

/** An engine that is there as soon as it is opened: calls wait for that. */
export function engineToCome(opening: () => Promise<Engine>): Engine {
  return engineProxy(async (name, words) => callEngine(await opening(), name, words));
}

/** Calls a method by its name. @throws SyncError METHOD_UNKNOWN, and what the method throws */
export async function callEngine(engine: Engine, name: string, words: readonly unknown[]): Promise<unknown> {
  const method: unknown = Reflect.get(engine, name);
  if (typeof method !== 'function') throw new SyncError('METHOD_UNKNOWN', `The engine has no method ${name}`);
  return await (Reflect.apply(method, engine, words) as Promise<unknown>);
}
