import { fetchFile } from '../../store/actions';
import { toast, toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';

/** Saves profiles as a file, without secrets. */
export async function exportProfiles(ids: readonly string[]): Promise<void> {
  try {
    const { file, download } = await call('profiles.export', { ids: [...ids] });
    if (file === null) return;
    fetchFile(download, file);
    toast({ tone: 'good', title: `Exported to ${file}`, detail: 'It holds no secrets.', apart: true });
  } catch (error) {
    toastFailure('The export did not work', error);
  }
}
