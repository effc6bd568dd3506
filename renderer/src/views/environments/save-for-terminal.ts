import { fetchFile } from '../../store/actions';
import { toast, toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';
import { counted } from '../../format/number';

/** Saves a profile as the file that the terminal reads, without secrets, and says what the terminal needs beside it. */
export async function saveForTerminal(id: string): Promise<void> {
  try {
    const { file, download, asks, tunnelled, command } = await call('profiles.toFile', { id });
    if (file === null) return;
    fetchFile(download, file);
    const needs = [
      ...(asks.length === 0 ? [] : [`the terminal asks for ${counted(asks.length, 'password')}`]),
      ...(tunnelled.length === 0 ? [] : ['it opens no SSH tunnel: the file says how']),
    ];
    toast({
      tone: tunnelled.length === 0 ? 'good' : 'warn',
      title: [`Saved as ${file}, without secrets`, ...needs].join('; '),
      detail: command,
      stays: true,
      apart: true,
    });
  } catch (error) {
    toastFailure('The environment was not saved as a file', error);
  }
}
