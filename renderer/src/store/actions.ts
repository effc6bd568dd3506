import type { Task } from '../../../shared/contract/task';
import type { InputOf } from '../../../shared/contract/contract';
import type { Mode } from '../../../shared/engine/documents';
import { go } from '../router/router';
import { call } from '../wire/call';
import { withTasks } from './activity';
import { useConsole } from './console-store';
import { invalidate } from './resource';
import { toast, toastFailure } from './toasts';
import { shortId } from '../format/id';

function follow(task: Task): Task {
  useConsole.setState(({ activity }) => ({ activity: withTasks(activity, [task]) }));
  invalidate('environment.status');
  return task;
}

/** Counts what a run would do, and shows it. Empty: all datasets. */
export async function preview(datasets: readonly string[], mode: Mode = 'auto'): Promise<void> {
  try {
    const task = follow(await call('plans.start', { datasets: [...datasets], mode }));
    go(`/plan/${task.id}`);
  } catch (error) {
    toastFailure('The preview did not start', error);
  }
}

/** Compares both sides of datasets; writes nothing. */
export async function verify(datasets: readonly string[]): Promise<void> {
  try {
    const task = follow(await call('verifications.start', { datasets: [...datasets] }));
    go(`/tasks/${task.id}`);
  } catch (error) {
    toastFailure('The verification did not start', error);
  }
}

type RunRequest = InputOf<'runs.start'>;
/** Starts a run and shows it. @throws CallError, so that whoever asked can say it where it was asked */
export async function startRun(request: RunRequest): Promise<void> {
  const task = follow(await call('runs.start', request));
  go(`/tasks/${task.id}`);
}

/** @param beginning of its id, six letters or more */
export async function openRun(beginning: string): Promise<void> {
  try {
    const { run } = await call('runs.detail', { id: beginning });
    go(`/runs/${run.id}`);
  } catch (error) {
    toastFailure('No run was opened', error);
  }
}

export async function cancelRun(id: string): Promise<void> {
  try {
    const { cancelled } = await call('runs.cancel', { id });
    toast({
      tone: 'info',
      title: cancelled ? `Run ${shortId(id)} is asked to stop` : `Run ${shortId(id)} is over already`,
      detail: cancelled ? 'It ends after the batch it is at; what was written stays consistent.' : null,
    });
  } catch (error) {
    toastFailure(`Run ${shortId(id)} could not be asked to stop`, error);
  }
}

/** Asks a task to stop. @returns false where it could not even be asked, which is told */
export async function stopTask(id: string): Promise<boolean> {
  try {
    await call('tasks.stop', { id });
    return true;
  } catch (error) {
    toastFailure('It could not be stopped', error);
    return false;
  }
}

/** Fetches a file that the host wrote: a download in the browser, a path on the desktop. */
export async function exportRows(input: InputOf<'exports.write'>): Promise<void> {
  try {
    const { file, rows, download } = await call('exports.write', input);
    if (file === null) return;
    fetchFile(download, file);
    toast({ tone: 'good', title: `${rows.toLocaleString('en')} rows exported`, detail: file });
  } catch (error) {
    toastFailure('The export did not work', error);
  }
}

/** Writes what support needs to a file. */
export async function writeSupportBundle(): Promise<void> {
  try {
    const { file, download } = await call('app.supportBundle', {});
    if (file === null) return;
    fetchFile(download, file);
    toast({ tone: 'good', title: 'The support bundle is written', detail: file });
  } catch (error) {
    toastFailure('The support bundle could not be written', error);
  }
}

/** Lets the browser save what the host offers once below its own origin. */
export function fetchFile(download: string | null, file: string): void {
  if (download === null) return;
  const link = document.createElement('a');
  link.href = download;
  link.download = file.split(/[\\/]/).at(-1) ?? 'export';
  link.click();
}

/** Shows the data folder in the user's own file manager, or says where it is. */
export async function openDataFolder(): Promise<void> {
  try {
    const { folder, opened } = await call('app.openDataFolder', {});
    const title = opened ? 'Opened in your file manager' : 'It cannot be opened from here';
    toast({ tone: 'info', title, detail: folder });
  } catch (error) {
    toastFailure('The data folder could not be opened', error);
  }
}
