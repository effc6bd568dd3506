import type { QueueFilter } from '../../../../shared/contract/methods/queue';
import { visibleName } from '../../../../shared/visible';
import { exact } from '../../format/time';

/** In words which jobs a filter means, all of it: what is confirmed must not hide a condition. */
export function filterWords(filter: QueueFilter): string {
  const {
    status,
    dataset,
    entity,
    database,
    application,
    actor,
    role,
    changes_only: changes,
    by,
    run,
    since,
    until,
  } = filter;
  const named = (what: string, name: string | null): string[] =>
    name === null ? [] : [name === '' ? `with no ${what} told` : `of ${what} ${visibleName(name)}`];
  const words = [
    dataset === null ? 'of all datasets' : `of ${dataset}`,
    ...(entity === null ? [] : [`for the entity ${visibleName(entity)}`]),
    ...named('application', application),
    ...named('actor', actor),
    ...named('database role', role),
    ...(database === null ? [] : [`changed in ${database}`]),
    ...(run === null ? [] : [`of run ${run}`]),
    ...(since === null ? [] : [`changed since ${exact(since)}`]),
    ...(until === null ? [] : [`changed before ${exact(until)}`]),
    ...(by === null ? [] : [by === 'sync' ? 'written by the sync itself' : 'not written by the sync itself']),
    ...(changes ? ['that are changes somebody made'] : []),
  ];
  return `The ${status.join(' or ')} jobs ${words.join(', ')}.`;
}

/** What to know where no job matches: of which names the whole is wanted. */
export function wholeWords({ application, actor, role }: QueueFilter): string {
  const names = [
    ['application', application],
    ['actor', actor],
    ['database role', role],
  ] as const;
  const given = names.flatMap(([what, name]) =>
    name === null || name === '' ? [] : [`${what} "${visibleName(name)}"`],
  );
  if (given.length === 0) return '';
  return `Names are matched whole, capitals too: ${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} meant, and no longer name.`;
}
