import { toast, toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';

/** Opens a file of definitions in the user's own editor, or says where it is. */
export async function editFile(file: string): Promise<void> {
  try {
    const { opened } = await call('datasets.edit', { file });
    toast({ tone: 'info', title: opened ? 'Opened in your editor' : 'Open it in your editor', detail: file });
  } catch (error) {
    toastFailure('It could not be opened', error);
  }
}
