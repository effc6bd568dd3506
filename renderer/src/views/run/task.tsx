import { useEffect } from 'react';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { usePlace } from '../../router/router';
import { stopTask } from '../../store/actions';
import { useTask } from '../../store/use-task';

const titles = { plan: 'Preview', run: 'Run', verify: 'Verification', init: 'Installation', export: 'Export' } as const;

/** Something that was asked for and has no record yet; it leads on to its run as soon as there is one. */
export function TaskView() {
  const { parts } = usePlace();
  const id = parts[1] ?? '';
  const { task, failure } = useTask(id);
  const run = task?.run ?? null;
  useEffect(() => {
    if (run !== null) window.location.replace(`#/runs/${encodeURIComponent(run)}`);
  }, [run]);
  const error = task?.error ?? task?.document?.error ?? failure;
  return (
    <Page
      title={task === undefined ? 'Task' : titles[task.kind]}
      about={task?.state === 'working' ? 'Connecting to the databases and taking the lease …' : undefined}
      actions={task?.state === 'working' ? <Button onClick={() => void stopTask(id)}>Stop</Button> : null}
    >
      {error === null ? <SkeletonRows rows={6} /> : <ErrorState title="It did not start" failure={error} />}
      {error === null ? null : <a href="#/overview">Back to the overview</a>}
    </Page>
  );
}
