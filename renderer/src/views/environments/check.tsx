import { useState } from 'react';
import { RotateCcw } from 'lucide-react';
import type { CheckReport } from '../../../../shared/engine/reports';
import { counted } from '../../../../shared/format-number';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { When } from '../../components/when';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { isBeforeInstall } from '../overview/dataset-state';
import { CheckSources } from './check-sources';
import { CheckResult } from './check-result';
import { UninstallDialog } from './uninstall-dialog';
import './environments.css';

/** Whether the open environment can do its work: what is captured, every hop, every right, every definition. Looking writes nothing. */
export function Check() {
  const name = useConsole((state) => state.session?.environment.name ?? '');
  // What was found an hour ago says nothing of now.
  const { data, failure, loading, reload, at } = useResource('environment.check', {}, undefined, true);
  const [removing, setRemoving] = useState(false);
  const status = useResource('environment.status', {}, 5000).data;
  // What is not known is no reason, and a removal that failed half-way can be done again.
  const nothing =
    status !== undefined && isBeforeInstall(status) && status.datasets.every(({ installed }) => installed === false);
  return (
    <Page
      title={`Check of ${name}`}
      about={
        data === undefined || at === null ? (
          'Connections, rights and definitions; nothing is written.'
        ) : (
          <>
            {verdict(data)} Looked at <When at={new Date(at).toISOString()} />.
          </>
        )
      }
      actions={
        <>
          <Button
            disabled={nothing}
            title={nothing ? 'Nothing of the sync is installed in these databases' : undefined}
            onClick={() => setRemoving(true)}
          >
            Remove capture …
          </Button>
          <Button icon={<RotateCcw size={15} aria-hidden />} busy={loading} onClick={reload}>
            Check again
          </Button>
        </>
      }
    >
      {failure === null ? null : (
        <ErrorState title="The check could not be made" failure={failure} onRetry={reload} loading={loading} />
      )}
      <CheckSources sources={status?.sources ?? []} />
      {removing ? <UninstallDialog onClose={() => setRemoving(false)} /> : null}
      {data === undefined ? failure === null ? <SkeletonRows /> : null : <CheckResult report={data} />}
    </Page>
  );
}

function verdict({ ok, datasets }: CheckReport): string {
  if (!ok) return 'Something is missing: see below what, and what helps.';
  const open = datasets.filter(({ captured }) => captured === false).length;
  if (open === 0) return 'Everything that is needed is there.';
  return `Connections, rights and definitions are as they should be; ${counted(open, 'dataset is', 'datasets are')} not installed yet.`;
}
