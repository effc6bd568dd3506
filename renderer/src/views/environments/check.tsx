import { RotateCcw } from 'lucide-react';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { CheckResult } from './check-result';
import './environments.css';

/** Whether the open environment can do its work: every hop, every right, every definition. Writes nothing. */
export function Check() {
  const name = useConsole((state) => state.session?.environment.name ?? '');
  const { data, failure, loading, reload } = useResource('environment.check', {});
  return (
    <Page
      title={`Check of ${name}`}
      about={
        data === undefined
          ? 'Connections, rights and definitions; nothing is written.'
          : data.ok
            ? 'Everything that is needed is there.'
            : 'Something is missing: see below what, and what helps.'
      }
      actions={
        <Button icon={<RotateCcw size={15} aria-hidden />} busy={loading} onClick={reload}>
          Check again
        </Button>
      }
    >
      {failure === null ? null : (
        <ErrorState title="The check could not be made" failure={failure} onRetry={reload} loading={loading} />
      )}
      {data === undefined ? failure === null ? <SkeletonRows /> : null : <CheckResult report={data} />}
    </Page>
  );
}
