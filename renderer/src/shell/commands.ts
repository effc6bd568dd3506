import { readAgain } from '../store/resource';
import { openDataFolder, preview, verify, writeSupportBundle } from '../store/actions';
import { toast, toastFailure } from '../store/toasts';
import { copy } from '../components/copy';
import { call } from '../wire/call';
import { useConsole } from '../store/console-store';
import { go } from '../router/router';

export interface Command {
  readonly id: string;
  readonly text: string;
  readonly group: 'Go to' | 'Do' | 'Window';
  /** `g o`: one after the other; `mod+k`: together, mod is Ctrl or ⌘ */
  readonly keys: string | null;
  /** needs an open environment */
  readonly session: boolean;
  readonly run: () => void;
}

const goTo = (id: string, text: string, keys: string, path: string, session = true): Command => ({
  id,
  text,
  group: 'Go to',
  keys,
  session,
  run: () => go(path),
});

const show = (overlay: 'palette' | 'keys' | 'inbox') => () =>
  useConsole.setState((state) => ({ overlay: state.overlay === overlay ? null : overlay }));

/** Everything that can be done from anywhere: the palette lists it, the keyboard reaches it. */
export const commands: readonly Command[] = [
  goTo('overview', 'Overview', 'g o', '/overview'),
  goTo('queue', 'Queue', 'g q', '/queue'),
  goTo('queue-failed', 'Queue: failed jobs', 'g f', '/queue?status=failed'),
  goTo('runs', 'Runs', 'g r', '/runs'),
  goTo('origins', 'Origins: who changes what', 'g w', '/origins'),
  goTo('datasets', 'Datasets', 'g d', '/datasets'),
  goTo('check', 'Check of connections, rights and definitions', 'g c', '/check'),
  goTo('environments', 'Environments', 'g e', '/environments', false),
  goTo('settings', 'Settings', 'g s', '/settings', false),
  goTo('about', 'About and support', 'g a', '/about', false),
  {
    id: 'preview-all',
    text: 'Preview all datasets',
    group: 'Do',
    keys: 'p',
    session: true,
    run: () => void preview([]),
  },
  { id: 'verify-all', text: 'Verify all datasets', group: 'Do', keys: 'v', session: true, run: () => void verify([]) },
  {
    id: 'sync-all',
    text: 'Sync all datasets …',
    group: 'Do',
    keys: 's',
    session: true,
    run: () => go('/overview', { sync: 'all' }),
  },
  {
    id: 'install',
    text: 'Install the capture of changes …',
    group: 'Do',
    keys: null,
    session: true,
    run: () => go('/overview', { install: '1' }),
  },
  {
    id: 'cancel-run',
    text: 'Cancel the run at work …',
    group: 'Do',
    keys: null,
    session: true,
    run: () => void askToCancel(),
  },
  {
    id: 'discover',
    text: 'Discover datasets that two databases have in common …',
    group: 'Do',
    keys: null,
    session: true,
    run: () => go('/datasets', { discover: '1' }),
  },
  {
    id: 'add-environment',
    text: 'Add an environment',
    group: 'Do',
    keys: null,
    session: false,
    run: () => go('/environments/new'),
  },
  {
    id: 'support-bundle',
    text: 'Write a support bundle',
    group: 'Do',
    keys: null,
    session: false,
    run: () => void writeSupportBundle(),
  },
  {
    id: 'refresh',
    text: 'Read again what is on screen',
    group: 'Do',
    keys: 'r',
    session: true,
    run: readAgain,
  },
  {
    id: 'close-environment',
    text: 'Close the environment',
    group: 'Do',
    keys: null,
    session: true,
    run: () => tried('The environment stays open', call('session.close', {})),
  },
  {
    id: 'mark-read',
    text: 'Mark all alerts as read',
    group: 'Do',
    keys: null,
    session: false,
    run: () => tried('The alerts stay unread', call('alerts.markRead', { ids: null })),
  },
  {
    id: 'open-data-folder',
    text: 'Open the data folder',
    group: 'Do',
    keys: null,
    session: false,
    run: () => void openDataFolder(),
  },
  {
    id: 'data-folder',
    text: 'Copy the path of the data folder',
    group: 'Do',
    keys: null,
    session: false,
    run: () => {
      const folder = useConsole.getState().info?.data_folder;
      if (folder !== undefined) copy(folder, folder);
    },
  },
  ...(['comfortable', 'compact'] as const).map((density): Command => ({
    id: `density-${density}`,
    text: `Density: ${density}`,
    group: 'Window',
    keys: null,
    session: false,
    run: () => tried('The density stays as it is', call('settings.set', { density })),
  })),
  ...(['system', 'light', 'dark'] as const).map((theme): Command => ({
    id: `theme-${theme}`,
    text: `Theme: ${theme === 'system' ? 'as the system has it' : theme}`,
    group: 'Window',
    keys: null,
    session: false,
    run: () => tried('The theme stays as it is', call('settings.set', { theme })),
  })),
  { id: 'palette', text: 'Command palette', group: 'Window', keys: 'mod+k', session: false, run: show('palette') },
  { id: 'keys', text: 'Keyboard map', group: 'Window', keys: '?', session: false, run: show('keys') },
  { id: 'inbox', text: 'Alerts', group: 'Window', keys: 'g i', session: false, run: show('inbox') },
];

/** Says so where it did not work. */
function tried(otherwise: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => toastFailure(otherwise, error));
}

/** The question stands on the page of the run, beside how far that is. */
async function askToCancel(): Promise<void> {
  try {
    const { running } = await call('environment.status', {});
    const [run] = running;
    if (run === undefined) toast({ tone: 'info', title: 'No run is at work', detail: null });
    else go(`/runs/${run.id}`, { cancel: '1' });
  } catch (error) {
    toastFailure('The run at work could not be found', error);
  }
}

/** The keys of a command: those of the settings, else the shipped ones. */
export function keysOf(command: Command, map: Readonly<Record<string, string>>): string | null {
  return map[command.id] ?? command.keys;
}
