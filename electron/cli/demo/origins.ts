import type { Job, Origin } from '../../../shared/engine/documents';
import { grouped } from '../render/format';
import type { Cell } from '../render/table';
import { table } from '../render/table';
import type { Look } from '../terminal';

/** What one person or program changed in one place, for one dataset. */
export interface OriginGroup {
  readonly who: string;
  readonly application: string;
  /** The environment's name of the database. */
  readonly database: string;
  readonly dataset: string;
  readonly operations: Readonly<Record<string, number>>;
  readonly jobs: number;
}

/** Jobs by who made the change, with what, where and for which dataset; in that order. */
export function groupByOrigin(jobs: readonly Job[]): OriginGroup[] {
  const groups = new Map<string, OriginGroup>();
  for (const { dataset, data } of jobs) {
    const group = {
      who: whoMade(data.origin),
      application: data.origin.application ?? '–',
      database: data.origin.database,
      dataset,
    };
    const name = JSON.stringify([group.application, group.who, group.database, group.dataset]);
    const known = groups.get(name) ?? { ...group, operations: {}, jobs: 0 };
    groups.set(name, {
      ...known,
      operations: { ...known.operations, [data.operation]: (known.operations[data.operation] ?? 0) + 1 },
      jobs: known.jobs + 1,
    });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** The actor that the application named; where it named none, the role that it signed in as, and so it says. */
function whoMade({ actor, session_user: role }: Origin): string {
  if (actor !== null && actor !== role) return actor;
  return role === null ? 'unknown' : `role ${role}`;
}

export function renderOrigins(groups: readonly OriginGroup[], look: Look): string {
  const number = (value: number): Cell => (value === 0 ? { text: '–', tone: 'dim' } : grouped(value));
  const operations = [...new Set(groups.flatMap((group) => Object.keys(group.operations)))].sort(byUsualOrder);
  return table(
    [
      { title: 'Who' },
      { title: 'With' },
      { title: 'Where' },
      { title: 'Concerns' },
      ...operations.map((operation) => ({ title: operation, align: 'right' as const })),
      { title: 'Jobs', align: 'right' },
    ],
    groups.map((group, index) => {
      const above = groups[index - 1];
      const same = above?.who === group.who && above.application === group.application;
      return [
        same ? '' : { text: group.who, tone: 'strong' },
        same ? '' : group.application,
        same && above.database === group.database ? '' : group.database,
        group.dataset,
        ...operations.map((operation) => number(group.operations[operation] ?? 0)),
        number(group.jobs),
      ];
    }),
    look,
  );
}

const usualOrder = ['insert', 'update', 'delete'];

function byUsualOrder(a: string, b: string): number {
  const place = (operation: string): number => (usualOrder.indexOf(operation) + usualOrder.length) % usualOrder.length;
  return usualOrder.includes(a) && usualOrder.includes(b) ? place(a) - place(b) : a < b ? -1 : 1;
}
