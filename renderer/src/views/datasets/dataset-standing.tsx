import { useState } from 'react';
import type { DatasetStatus } from '../../../../shared/engine/reports';
import { Count } from '../../components/count';
import { ErrorState } from '../../components/error-state';
import { Panel } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { StatusBadge } from '../../components/status-badge';
import { When } from '../../components/when';
import { counted } from '../../format/number';
import { href } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { AcknowledgeDialog } from '../overview/acknowledge-dialog';
import { DatasetActions } from '../overview/dataset-actions';
import { datasetState, isBeforeInstall } from '../overview/dataset-state';
import { waiting } from '../overview/waiting';
import { LastVerified } from '../overview/last-verified';
import { StateCell } from '../overview/state-cell';
import { SyncDialog } from '../overview/sync-dialog';
import { useSync } from '../overview/use-sync';

/** How a dataset stands now, as the overview says it, and what can be done about it. */
export function DatasetStanding({ name }: { readonly name: string }) {
  const { data: report, failure, reload, loading } = useResource('environment.status', {}, 5000);
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const { sync, asked, close } = useSync();
  const [lost, setLost] = useState<DatasetStatus | null>(null);
  if (report === undefined) {
    return failure === null ? (
      <SkeletonRows rows={2} />
    ) : (
      <ErrorState title="How it stands could not be read" failure={failure} onRetry={reload} loading={loading} />
    );
  }
  const dataset = report.datasets.find((each) => each.name === name);
  if (dataset === undefined) return null;
  const state = datasetState(
    dataset,
    report.running.some(({ datasets }) => datasets.includes(name)),
  );
  const { failed, withheld, last_run: last } = dataset;
  return (
    <Panel
      title="How it stands"
      actions={
        <DatasetActions
          dataset={dataset}
          state={state}
          readOnly={readOnly}
          beforeInstall={isBeforeInstall(report)}
          onSync={() => sync([name])}
          onAcknowledge={() => setLost(dataset)}
        />
      }
    >
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <StateCell state={state} />
        </dd>
        <dt>Waiting</dt>
        <dd>
          <a href={href('/queue', { dataset: name, status: 'pending' })}>
            <Count value={waiting(dataset)} />
          </a>
          {dataset.oldest_pending_at === null ? null : (
            <span className="soft">
              , the oldest <When at={dataset.oldest_pending_at} />
            </span>
          )}
          {(withheld ?? 0) === 0 ? null : (
            <span className="warn"> {counted(withheld ?? 0, 'delete')} withheld among them</span>
          )}
        </dd>
        <dt>Failed</dt>
        <dd>
          {(failed ?? 0) === 0 ? (
            <Count value={failed} />
          ) : (
            <a className="bad" href={href('/queue', { dataset: name, status: 'failed' })}>
              {counted(failed ?? 0, 'row')}: see why
            </a>
          )}
        </dd>
        <dt>Last run</dt>
        <dd className="row">
          {last === null ? (
            <span className="faint">never</span>
          ) : (
            <>
              <a href={href(`/runs/${last.id}`)}>
                <StatusBadge status={last.status} />
              </a>
              <span className="soft">
                <When at={last.ended_at} none="under way" />
              </span>
              <a href={href('/runs', { dataset: name })}>all of its runs</a>
            </>
          )}
        </dd>
        <dt>Verified</dt>
        <dd>
          <LastVerified dataset={dataset} />
        </dd>
      </dl>
      <SyncDialog question={asked} onClose={close} />
      <AcknowledgeDialog dataset={lost} onClose={() => setLost(null)} />
    </Panel>
  );
}
