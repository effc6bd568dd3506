import { usePlace } from '../../router/router';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { useTask } from '../../store/use-task';
import { PlanDocument } from './plan-document';
import { PlanWorking } from './plan-working';

/** What a run would do, before it does it. */
export function Plan() {
  const { parts } = usePlace();
  const { task, failure } = useTask(parts[1] ?? '');
  if (task === undefined) {
    return (
      <Page title="Preview">
        {failure === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState title="This preview is not known any more" failure={failure} />
        )}
        {failure === null ? null : <a href="#/overview">Back to the overview</a>}
      </Page>
    );
  }
  return task.state === 'working' ? <PlanWorking task={task} /> : <PlanDocument task={task} />;
}
