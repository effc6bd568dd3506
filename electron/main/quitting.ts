import type { App, Dialog } from 'electron';
import type { Task } from '../../shared/contract/task';
import type { Console } from '../console/console';

export interface Quitting {
  readonly app: Pick<App, 'on' | 'quit'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly console: Pick<Console, 'working' | 'close'>;
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

const words: Readonly<Record<Task['kind'], string>> = {
  run: 'run',
  plan: 'preview',
  verify: 'verification',
  init: 'installation',
  export: 'export',
};

/** What the user is asked, for the kinds of work that are under way. */
export function questionOf(kinds: readonly Task['kind'][], environment: string | null) {
  const where = environment === null ? '' : ` in ${environment}`;
  const work = [...new Set(kinds)].map((kind) => words[kind]);
  const [one = 'run'] = work;
  const several = kinds.length > 1;
  const all = work.map((each) => `${/^[aeiou]/u.test(each) ? 'an' : 'a'} ${each}`).join(' and ');
  const writes = kinds.some((kind) => kind === 'run');
  return {
    message: several
      ? `${String(kinds.length)} things are under way${where}: ${all}`
      : `${all.charAt(0).toUpperCase()}${all.slice(1)} is under way${where}`,
    detail: [
      `Finish: the window closes, and the program ends when ${several ? 'all of it' : `the ${one}`} is done.`,
      writes
        ? 'Cancel: the run stops within its batch; what it has written stays, and the target is consistent.'
        : `Cancel: ${several ? 'all of it' : `the ${one}`} stops, and has to be done again.`,
    ].join('\n'),
    buttons: [
      'Finish, then quit',
      several ? 'Cancel all and quit' : `Cancel the ${one} and quit`,
      'Keep running in the tray',
      'Do not quit',
    ],
  };
}

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
    while (console.working().length > 0) await new Promise((again) => setTimeout(again, finishLookMs));
  };
  const ask = async (): Promise<void> => {
    state = 'asking';
    const { response } = await dialog.showMessageBox({
      type: 'question',
      ...questionOf(console.working(), environment()),
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
    const work = console.working().length > 0 ? ask() : end();
    work.catch((error: unknown) => {
      onError(error);
      state = 'running';
    });
  });
  return { decided: () => state !== 'running' && state !== 'asking' };
}
