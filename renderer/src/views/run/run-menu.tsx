import { Copy, Download, Ellipsis, ListOrdered, Terminal } from 'lucide-react';
import { fileForTerminal, shellLine, terminalWords } from '../../../../shared/terminal-command';
import type { RunDetail } from '../../../../shared/engine/reports';
import { Button } from '../../components/button';
import { Menu } from '../../components/menu';
import type { MenuItem } from '../../components/menu';
import { go } from '../../router/router';
import { exportRows } from '../../store/actions';
import { copy } from '../../components/copy';
import { useConsole } from '../../store/console-store';
import { useViewCommands } from '../../store/view-commands';
import { runSummaryText } from './run-summary-text';

/** The same run for a terminal. */
type TerminalCommand =
  | { readonly line: string; readonly note: string | null }
  /** why there is no command for it */
  | { readonly line: null; readonly note: string };

const ofSandbox = 'Not of the sandbox: its servers are the console’s own, and the terminal has no file of them.';

/** Null while no environment is open. */
function useTerminalCommand(report: RunDetail, retryFailed: boolean): TerminalCommand | null {
  const session = useConsole((state) => state.session ?? null);
  const platform = useConsole((state) => state.info?.platform ?? '');
  if (session === null) return null;
  const file = fileForTerminal(session.environment);
  if (file === null) return { line: null, note: ofSandbox };
  const { kind, mode, datasets } = report.run;
  const words = terminalWords(
    { kind, mode, datasets, approved: report.approved, retryFailed },
    { file, definitions: session.definitions.folder, all: session.datasets },
  );
  const note =
    session.environment.file === null
      ? `${file} is written by Environments, More, Save as file for the terminal. Give its path where it is in another folder.`
      : null;
  return { line: shellLine(['astro-sync', ...words], platform), note };
}

/** What else can be taken from a run: copies, files, the jobs of it. @param retry rows of it can be tried again */
export function RunMenu({ report, retry }: { readonly report: RunDetail; readonly retry: boolean }) {
  const { run, row_errors: errors } = report;
  const same = useTerminalCommand(report, false);
  const again = useTerminalCommand(report, true);
  const asCommand = (text: string, command: TerminalCommand | null): MenuItem[] => {
    if (command === null) return [];
    const { line, note } = command;
    return [
      {
        text,
        note: line ?? note,
        icon: <Terminal size={14} aria-hidden />,
        disabled: line === null,
        onChoose: () => {
          if (line !== null) copy(line, note ?? line);
        },
      },
    ];
  };
  const asFile = (text: string, what: 'run' | 'log' | 'errors'): MenuItem[] =>
    (['csv', 'json'] as const).map((format) => ({
      text: `Export ${text} as ${format.toUpperCase()}`,
      icon: <Download size={14} aria-hidden />,
      disabled: what === 'errors' && errors === 0,
      onChoose: () => void exportRows({ what, format, run: run.id }),
    }));
  const items = [
    ...asCommand('Copy as terminal command', same),
    ...(retry ? asCommand('Copy its retry as terminal command', again) : []),
    {
      text: 'Copy its id',
      note: run.id,
      icon: <Copy size={14} aria-hidden />,
      onChoose: () => copy(run.id, run.id),
    },
    {
      text: 'Copy its summary',
      icon: <Copy size={14} aria-hidden />,
      onChoose: () => copy(runSummaryText(report), 'The summary, as text'),
    },
    {
      text: 'Its jobs in the queue',
      icon: <ListOrdered size={14} aria-hidden />,
      onChoose: () => go('/queue', { run: run.id }),
    },
    null,
    ...asFile('the run', 'run'),
    ...asFile('its log', 'log'),
    ...asFile('row errors', 'errors'),
  ];
  useViewCommands(items.filter((item) => item !== null));
  return (
    <Menu trigger={<Button look="quiet" className="button--icon" aria-label="More about this run" />} items={items}>
      <Ellipsis size={16} aria-hidden />
    </Menu>
  );
}
