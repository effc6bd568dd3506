/** What a host admitted until it ends: ways of passwords, and folders of definitions. A test before saving is not asked about twice. */
interface Admitted {
  readonly ways: Set<string>;
  readonly folders: Set<string>;
}

const byHost = new WeakMap<object, Admitted>();

/** @param facilities of the host, which it has once */
export function admittedBy(facilities: object): Admitted {
  const before = byHost.get(facilities) ?? { ways: new Set(), folders: new Set() };
  byHost.set(facilities, before);
  return before;
}
