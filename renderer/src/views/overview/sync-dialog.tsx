import { plainRun } from '../../../../shared/contract/plain-run';
import { waitingWords } from '../../../../shared/engine/waiting-words';
import type { Waiting } from '../../../../shared/engine/waiting-words';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { Dialog } from '../../components/dialog';
import { EnvironmentLine } from '../../components/environment-line';
import { capital } from '../../format/capital';
import { counted } from '../../format/number';
import { preview, startRun } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { datasetState, wantLook } from './dataset-state';
import { waitingIn } from './waiting';
import type { SyncQuestion } from './use-sync';

/**
 * Asks before a sync, with its consequence in numbers; where a dataset wants a look first, offers the preview instead.
 * `question` null: nothing is asked.
 */
export function SyncDialog({
  question,
  onClose,
}: {
  readonly question: SyncQuestion | null;
  readonly onClose: () => void;
}) {
  const environment = useConsole((state) => state.session?.environment);
  const unreachable = useConsole((state) => state.unreachable);
  const readOnly = environment?.read_only ?? false;
  if (question === null) return null;
  const { datasets, report } = question;
  const concerned = report.datasets.filter(({ name }) => datasets.length === 0 || datasets.includes(name));
  const names = concerned.map(({ name }) => name);
  const title = datasets.length === 1 ? `Sync ${datasets.join('')}` : `Sync ${counted(names.length, 'dataset')}`;
  const look = wantLook(report, datasets);
  if (look.length > 0) {
    const open = (): void => {
      onClose();
      void preview(datasets);
    };
    return (
      <Dialog
        open
        onClose={onClose}
        title={title}
        actions={
          <>
            <Button onClick={onClose}>Do nothing</Button>
            <Button look="primary" onClick={open}>
              Preview {counted(names.length, 'dataset')}
            </Button>
          </>
        }
      >
        {environment === undefined ? null : <EnvironmentLine {...environment} />}
        <p>
          {counted(look.length, 'dataset')} {look.length === 1 ? 'wants' : 'want'} a look first. The preview counts what
          would change and writes nothing; it is applied from there.
        </p>
        <ul className="sync-look">
          {look.slice(0, most).map((dataset) => (
            <li key={dataset.name}>
              <span className="strong">{dataset.name}</span>{' '}
              <span className="soft">{datasetState(dataset, false).text.toLowerCase()}</span>
            </li>
          ))}
          {look.length > most ? <li className="soft">and {counted(look.length - most, 'more', 'more')}</li> : null}
        </ul>
      </Dialog>
    );
  }
  const waiting = waitingIn(report, names);
  const { queued, captured, exact } = waiting;
  const count = queued + captured;
  const failed = concerned.reduce((sum, dataset) => sum + (dataset.failed ?? 0), 0);
  const differ = concerned.filter((dataset) => datasetState(dataset, false).next === 'compare');
  const changes = `${exact ? '' : 'up to '}${counted(count, 'change')}`;
  const button =
    count === 0
      ? `Look for changes in ${counted(names.length, 'dataset')}`
      : `Apply ${changes} to ${counted(names.length, 'dataset')}`;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={title}
      button={button}
      disabled={readOnly || names.length === 0}
      // What needs a full run by then, since its target has lost what it had, is refused: its number is another than was asked about.
      onConfirm={(confirm) => startRun({ ...plainRun, datasets: [...datasets], mode: 'incremental', confirm })}
    >
      <p>
        {count === 0
          ? 'No change waits. The run takes what is captured by the time it begins.'
          : `${capital(waitingWords(waiting))}. ${comesTo(waiting)}`}{' '}
        Deletes beyond 10 rows and 10 % of a target are withheld until you approve them.
      </p>
      {unreachable === null ? null : (
        <p className="warn">
          Not all databases answer. Datasets of those that do not stay as they are; the others are synced.{' '}
          {unreachable.message}
        </p>
      )}
      {failed === 0 ? null : (
        <p className="warn">
          {counted(failed, 'failed row')} {failed === 1 ? 'stays' : 'stay'} as {failed === 1 ? 'it is' : 'they are'}:
          retry them from their run or from the queue.
        </p>
      )}
      {differ.length === 0 ? null : (
        <p className="warn">
          {differ.length === 1 ? `${differ[0]?.name ?? ''} was` : `${differ.length} datasets were`} found different when
          last verified. A sync applies what was changed; a full run of {differ.length === 1 ? 'it' : 'them'} finds the
          rest.
        </p>
      )}
      {readOnly ? <p className="warn">This environment is read-only: nothing can be written through it.</p> : null}
      <p className="soft" style={{ overflowWrap: 'anywhere' }}>
        {names.slice(0, most).join(', ')}
        {names.length > most ? ` and ${names.length - most} more` : ''}
      </p>
    </ConfirmDialog>
  );
}

/** Datasets that are named; the rest is counted. */
const most = 12;

/** What a run makes of them. Of what is captured, the rows are known once it is in the queue. */
function comesTo({ captured, rows }: Waiting): string {
  return captured === 0 && rows !== null
    ? 'The run writes each of these rows once, where it differs by then.'
    : 'Several changes of one row come to one row, and one change may concern several datasets: a preview counts the rows.';
}
