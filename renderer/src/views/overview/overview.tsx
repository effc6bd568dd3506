import { useEffect, useState } from 'react';
import { Eye, ListChecks, RefreshCw } from 'lucide-react';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { When } from '../../components/when';
import { go, refine, usePlace } from '../../router/router';
import { preview, verify } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { NoDatasets } from '../datasets/no-datasets';
import { DatasetTable } from './dataset-table';
import { installFirst, isBeforeInstall } from './dataset-state';
import { DefinitionErrors } from './definition-errors';
import { InstallDialog } from './install-dialog';
import { InstallPanel } from './install-panel';
import { RecentFailures } from './recent-failures';
import { RecentOrigins } from './recent-origins';
import { RunningRuns } from './running-runs';
import { SandboxPanel } from './sandbox-panel';
import { SyncDialog } from './sync-dialog';
import { Tiles } from './tiles';
import { useSync } from './use-sync';

/** Where everything stands, and the one click that brings it into line. */
export function Overview() {
  const { query } = usePlace();
  const session = useConsole((state) => state.session ?? null);
  const readOnly = session?.environment.read_only ?? false;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  // Nothing to be asked of the databases, and nothing that failed.
  const none = session !== null && session.datasets.length === 0;
  const status = useResource('environment.status', none ? null : {}, 5000, true);
  const { sync, busy, asked, close } = useSync();
  const report = status.data;
  const names = report?.datasets.map(({ name }) => name) ?? [];
  const selected = chosen.filter((name) => names.includes(name));
  // Both need the records that Install makes.
  const before = report !== undefined && isBeforeInstall(report);
  const idle = names.length === 0 || before;
  const why = before ? installFirst : undefined;
  const about =
    session === null ? '' : `${session.databases.map(({ name }) => name).join(', ')} · recorded as ${session.operator}`;
  // What a panel above offers as a button needs no command of the terminal below.
  const warnings = (report?.warnings ?? []).filter((warning) => !warning.includes('"astro-sync init"'));
  const [installing, setInstalling] = useState(false);
  const wanted = query['sync'];
  // The key and the palette ask as the button does; the address may stay the same where it is asked again.
  useEffect(() => {
    if (wanted === undefined) return;
    refine({});
    sync(wanted === 'all' ? [] : [wanted]);
  }, [wanted, sync]);

  return (
    <Page
      title="Overview"
      about={about}
      actions={
        <>
          <Button
            icon={<ListChecks size={15} aria-hidden />}
            disabled={idle}
            title={why}
            onClick={() => void verify(selected)}
          >
            {selected.length === 0 ? 'Verify all' : `Verify ${selected.length}`}
          </Button>
          <Button
            icon={<Eye size={15} aria-hidden />}
            disabled={idle}
            title={why}
            onClick={() => void preview(selected)}
          >
            {selected.length === 0 ? 'Preview all' : `Preview ${selected.length}`}
          </Button>
          <Button
            look="primary"
            icon={<RefreshCw size={15} aria-hidden />}
            busy={busy}
            disabled={readOnly || idle}
            title={readOnly ? 'This environment is read-only' : why}
            onClick={() => sync(selected)}
          >
            {selected.length === 0 ? 'Sync all' : `Sync ${selected.length} selected`}
          </Button>
        </>
      }
    >
      {none || status.failure === null ? null : (
        <ErrorState
          title={
            report === undefined
              ? 'The state of this environment could not be read'
              : 'The state could not be read again; what you see is older'
          }
          failure={status.failure}
          onRetry={status.reload}
          loading={status.loading}
        />
      )}
      {session === null ? null : (
        <DefinitionErrors errors={session.definitions.errors} folder={session.definitions.folder} />
      )}
      {none || report?.datasets.length === 0 ? (
        <NoDatasets onDiscover={() => go('/datasets', { discover: '1' })} />
      ) : report === undefined ? (
        status.failure === null ? (
          <SkeletonRows rows={10} />
        ) : null
      ) : (
        <>
          <Tiles report={report} />
          <SandboxPanel />
          <InstallPanel report={report} readOnly={readOnly} onInstall={() => setInstalling(true)} />
          <RunningRuns running={report.running} />
          <DatasetTable
            report={report}
            chosen={selected}
            onChoose={setChosen}
            onSync={(name) => sync([name])}
            readOnly={readOnly}
          />
          <div className="columns">
            <RecentFailures />
            <RecentOrigins beforeInstall={before} />
          </div>
          {warnings.length === 0 ? null : (
            <ul className="stack stack--tight small soft">
              {warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          )}
          <p className="small faint">
            Opened <When at={session?.opened_at ?? null} />; read again every 5 seconds.
          </p>
        </>
      )}
      <SyncDialog question={asked} onClose={close} />
      <InstallDialog
        report={report}
        open={installing || query['install'] !== undefined}
        onClose={() => {
          setInstalling(false);
          if (query['install'] !== undefined) refine({});
        }}
      />
    </Page>
  );
}
