import type { App, Dialog } from 'electron';
import type { Console } from '../console/console';

export interface Quitting {
  readonly app: Pick<App, 'on' | 'quit'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly console: Pick<Console, 'busy' | 'close'>;
  /** The environment that is open, in words: `PRODUCTION eu`; null where none is. */
  readonly environment: () => string | null;
  /** Takes the window away; the tray stays. */
  readonly hide: () => void;
  readonly onError: (error: unknown) => void;
}

export interface Quit {
  /** Whether the user has decided to quit: windows may close. */
  readonly decided: () => boolean;
}

/** In the order of the buttons. */
const answers = ['finish', 'cancel', 'keep', 'stay'] as const;
const finishLookMs = 500;

/**
 * Quitting ends the console first: connections are closed and servers of the sandbox stopped. While work is under way it asks:
 * finish it and then quit, cancel it and quit, or go on in the tray.
 */
export function guardQuit({ app, dialog, console, environment, hide, onError }: Quitting): Quit {
  let state: 'running' | 'asking' | 'finishing' | 'closing' | 'closed' = 'running';

  const end = async (): Promise<void> => {
    state = 'closing';
    await console.close().catch(onError);
    state = 'closed';
    app.quit();
  };
  const finished = async (): Promise<void> => {
    while (console.busy()) await new Promise((again) => setTimeout(again, finishLookMs));
  };
  const ask = async (): Promise<void> => {
    state = 'asking';
    const open = environment();
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: open === null ? 'A run is under way' : `A run is under way in ${open}`,
      detail:
        'Finish: the window closes, and the program ends when the work is done.\n' +
        'Cancel: the run stops within its batch; what it has written stays, and the target is consistent.',
      buttons: ['Finish, then quit', 'Cancel the run and quit', 'Keep running in the tray', 'Do not quit'],
      defaultId: 2,
      cancelId: 3,
      noLink: true,
    });
    const answer = answers[response] ?? 'stay';
    if (answer === 'stay' || answer === 'keep') {
      state = 'running';
      if (answer === 'keep') hide();
      return;
    }
    if (answer === 'finish') {
      state = 'finishing';
      hide();
      await finished();
    }
    await end();
  };

  app.on('before-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    // Asked again while it waits for the end of the work: the user is in a hurry after all.
    if (state === 'asking' || state === 'closing') return;
    const work = console.busy() ? ask() : end();
    work.catch((error: unknown) => {
      onError(error);
      state = 'running';
    });
  });
  return { decided: () => state !== 'running' && state !== 'asking' };
}
