import { toast, toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';

/** Opens a file of definitions in the user's own editor, or says where it is. */
export async function editFile(file: string): Promise<void> {
  try {
    const { opened } = await call('datasets.edit', { file });
    // Where nothing is opened, the path is what is needed.
    const title = opened ? 'Opened in your editor' : 'Open this file in your editor: it cannot be opened from here';
    toast({ tone: 'info', title, detail: file, stays: !opened });
  } catch (error) {
    toastFailure('It could not be opened', error);
  }
}
