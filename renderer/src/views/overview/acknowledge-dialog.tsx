import type { DatasetStatus } from '../../../../shared/engine/reports';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { LongText } from '../../components/long-text';
import { invalidate } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';

/** Takes note of entries of a stream that were lost. `dataset` null: nothing is asked. */
export function AcknowledgeDialog({
  dataset,
  onClose,
}: {
  readonly dataset: DatasetStatus | null;
  readonly onClose: () => void;
}) {
  const name = dataset?.name ?? '';
  const reason = dataset?.gap_reason ?? null;
  const acknowledge = async (confirm: string | null): Promise<void> => {
    const { gaps } = await call('environment.acknowledge', { dataset: name, confirm });
    toast({
      tone: 'good',
      title: gaps.length === 0 ? `${name} has no gap any more` : `The gap of ${name} is taken note of`,
    });
    invalidate('environment.status');
  };
  return (
    <ConfirmDialog
      open={dataset !== null}
      onClose={onClose}
      title={`Lost entries of ${name}`}
      button={`Take note of the gap of ${name}`}
      danger
      onConfirm={acknowledge}
    >
      {reason === null ? null : <LongText text={reason} />}
      <p>
        Nothing brings lost entries back but their writer, and no full run looks for them: have them written again
        first. Taking note applies nothing; it ends the warning, in your name.
      </p>
    </ConfirmDialog>
  );
}
