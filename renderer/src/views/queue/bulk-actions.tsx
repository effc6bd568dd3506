import { useState } from 'react';
import { Download, Ellipsis, RotateCcw, SkipForward } from 'lucide-react';
import type { QueueFilter } from '../../../../shared/contract/methods/queue';
import type { JobStatus } from '../../../../shared/engine/documents';
import { Button } from '../../components/button';
import { Menu } from '../../components/menu';
import { exportRows } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { useViewCommands } from '../../store/view-commands';
import { BulkDialog } from './bulk-dialog';

const movable: Readonly<Record<'retry' | 'skip', readonly JobStatus[]>> = {
  retry: ['failed', 'skipped', 'conflict'],
  skip: ['pending', 'failed', 'conflict'],
};

/** Retry or skip all jobs that match, with the number; export them. */
export function BulkActions({ filter, filtered }: { readonly filter: QueueFilter; readonly filtered: boolean }) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const [asking, setAsking] = useState<'retry' | 'skip' | null>(null);
  const concerned = (what: 'retry' | 'skip'): QueueFilter => {
    const chosen = filter.status.filter((status) => movable[what].includes(status));
    // Without a chosen status only failed jobs are meant: skipped ones were skipped on purpose, pending ones wait for a run.
    return { ...filter, status: filter.status.length === 0 ? ['failed'] : chosen };
  };
  const possible = (what: 'retry' | 'skip'): boolean => !readOnly && concerned(what).status.length > 0;
  const items = [
    {
      text: 'Retry all that match …',
      note: 'failed, skipped or conflicting; the next run applies them',
      icon: <RotateCcw size={14} aria-hidden />,
      disabled: !possible('retry'),
      onChoose: () => setAsking('retry'),
    },
    {
      text: 'Skip all that match …',
      note: filtered ? 'pending, failed or conflicting' : 'choose a filter first',
      icon: <SkipForward size={14} aria-hidden />,
      disabled: !filtered || !possible('skip'),
      onChoose: () => setAsking('skip'),
    },
    null,
    {
      text: 'Export as CSV',
      icon: <Download size={14} aria-hidden />,
      onChoose: () => void exportRows({ what: 'queue', format: 'csv', filter }),
    },
    {
      text: 'Export as JSON',
      icon: <Download size={14} aria-hidden />,
      onChoose: () => void exportRows({ what: 'queue', format: 'json', filter }),
    },
  ];
  useViewCommands(items.filter((item) => item !== null));
  return (
    <>
      <Menu
        trigger={<Button look="quiet" className="button--icon" aria-label="What to do with all that match" />}
        items={items}
      >
        <Ellipsis size={16} aria-hidden />
      </Menu>
      {asking === null ? null : <BulkDialog what={asking} filter={concerned(asking)} onClose={() => setAsking(null)} />}
    </>
  );
}
