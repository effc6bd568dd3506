import { useState } from 'react';
import { PackagePlus } from 'lucide-react';
import type { StatusReport } from '../../../../shared/engine/reports';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { Panel } from '../../components/page';
import { counted } from '../../format/number';
import { invalidate } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';

/** Offers to install the capture of changes where it is missing. */
export function InstallPanel({ report, readOnly }: { readonly report: StatusReport; readonly readOnly: boolean }) {
  const [open, setOpen] = useState(false);
  const missing = report.datasets.filter(({ installed, error }) => !installed && error === null);
  if (missing.length === 0) return null;
  const install = async (confirm: string | null): Promise<void> => {
    const { databases, warnings } = await call('environment.init', { take_over: false, confirm });
    toast({
      tone: 'good',
      title: `Installed in ${counted(databases.length, 'database')}`,
      detail: warnings.join(' ') || null,
    });
    invalidate('environment.status');
  };
  return (
    <Panel tone="info">
      <div className="row">
        <PackagePlus size={18} aria-hidden />
        <p className="grow">
          <span className="strong">Changes of {counted(missing.length, 'dataset')} are not captured yet.</span>{' '}
          <span className="soft">
            Installing adds triggers and a schema of its own to the source databases; it changes no data.
          </span>
        </p>
        <Button look="primary" disabled={readOnly} onClick={() => setOpen(true)}>
          Install …
        </Button>
      </div>
      <ConfirmDialog
        open={open}
        onClose={() => setOpen(false)}
        title="Install the capture of changes"
        button={`Install for ${counted(missing.length, 'dataset')}`}
        onConfirm={install}
      >
        <p>
          The schema <code>astro_sync</code> and statement triggers are added to the source databases, and the queue and
          history to the system database. Applications go on writing; a failure of the capture never fails a write. It
          is removed again with <code>astro-sync uninstall</code>.
        </p>
      </ConfirmDialog>
    </Panel>
  );
}
