import type { Task } from '../../../shared/contract/task';
import type { Failure } from '../../../shared/contract/failure';
import { useConsole } from './console-store';
import { useResource } from './resource';

/** A task of the host: as its events tell, or asked for where none was heard yet. */
export function useTask(id: string): { readonly task: Task | undefined; readonly failure: Failure | null } {
  const heard = useConsole(({ activity: { tasks } }) => (Object.hasOwn(tasks, id) ? tasks[id] : undefined));
  const asked = useResource('tasks.get', heard === undefined ? { id } : null);
  return { task: heard ?? asked.data, failure: asked.failure };
}
