import type { StatusReport } from '../../../../shared/engine/reports';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { counted } from '../../format/number';
import { plainRun, startRun } from '../../store/actions';
import { waiting } from './dataset-state';

/** Asks before a sync. `datasets`: those to sync, empty for all, null where nothing is asked. */
export function SyncDialog({
  datasets,
  report,
  onClose,
}: {
  readonly datasets: readonly string[] | null;
  readonly report: StatusReport | undefined;
  readonly onClose: () => void;
}) {
  const concerned = (report?.datasets ?? []).filter(
    ({ name }) => datasets === null || datasets.length === 0 || datasets.includes(name),
  );
  const waits = concerned.reduce((sum, dataset) => sum + (waiting(dataset) ?? 0), 0);
  return (
    <ConfirmDialog
      open={datasets !== null && report !== undefined}
      onClose={onClose}
      title={`Sync ${counted(concerned.length, 'dataset')}`}
      button={`Sync ${counted(concerned.length, 'dataset')}`}
      onConfirm={(confirm) => startRun({ ...plainRun, datasets: [...(datasets ?? [])], confirm })}
    >
      <p>
        {counted(waits, 'change')} wait. The run applies them, and compares all of those datasets that have no baseline
        or a gap. Deletes beyond 10 rows and 10 % of a target are withheld until you approve them.
      </p>
      <p className="soft">
        {concerned
          .slice(0, 12)
          .map(({ name }) => name)
          .join(', ')}
        {concerned.length > 12 ? ` and ${concerned.length - 12} more` : ''}
      </p>
    </ConfirmDialog>
  );
}
