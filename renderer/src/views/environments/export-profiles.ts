import { toast, toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';

/** Saves profiles as a file, without secrets. */
export async function exportProfiles(ids: readonly string[]): Promise<void> {
  try {
    const { name, text } = await call('profiles.export', { ids: [...ids] });
    const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    toast({ tone: 'good', title: `Exported to ${name}`, detail: 'It holds no secrets.' });
  } catch (error) {
    toastFailure('The export did not work', error);
  }
}
