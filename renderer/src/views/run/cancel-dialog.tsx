import { ConfirmDialog } from '../../components/confirm-dialog';
import { shortId } from '../../format/id';
import { cancelRun } from '../../store/actions';

/** Asks before a run is cancelled, the same wherever it is cancelled from. */
export function CancelDialog({
  id,
  open,
  onClose,
}: {
  readonly id: string;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Cancel run ${shortId(id)}`}
      button={`Cancel run ${shortId(id)}`}
      danger
      onConfirm={() => cancelRun(id)}
    >
      <p>It ends within a batch. What it wrote until then stays and is consistent; the rest waits for the next run.</p>
    </ConfirmDialog>
  );
}
