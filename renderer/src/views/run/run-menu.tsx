import { Copy, Download, Ellipsis, ListOrdered, Terminal } from 'lucide-react';
import { shellLine, terminalWords } from '../../../../shared/terminal-command';
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

/** What a terminal needs beside the command, where the environment has no file. */
const noFile = 'Add -e with a file of this environment: Environments, More, Save as file for the terminal.';

/** The same run as a line for a terminal; null while no environment is open. */
function useTerminalLine(
  report: RunDetail,
  retryFailed: boolean,
): { readonly line: string; readonly note: string | null } | null {
  const session = useConsole((state) => state.session ?? null);
  const platform = useConsole((state) => state.info?.platform ?? '');
  if (session === null) return null;
  const { file } = session.environment;
  const { kind, mode, datasets } = report.run;
  const words = terminalWords(
    { kind, mode, datasets, approved: report.approved, retryFailed },
    { file, definitions: session.definitions.folder, all: session.datasets },
  );
  return { line: shellLine(['astro-sync', ...words], platform), note: file === null ? noFile : null };
}

/** What else can be taken from a run: copies, files, the jobs of it. @param retry rows of it can be tried again */
export function RunMenu({ report, retry }: { readonly report: RunDetail; readonly retry: boolean }) {
  const { run, row_errors: errors } = report;
  const same = useTerminalLine(report, false);
  const again = useTerminalLine(report, true);
  const asCommand = (text: string, command: typeof same): MenuItem[] =>
    command === null
      ? []
      : [
          {
            text,
            note: command.line,
            icon: <Terminal size={14} aria-hidden />,
            onChoose: () => copy(command.line, command.note ?? command.line),
          },
        ];
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
