import { History } from 'lucide-react';
import type { RunDetail } from '../../../../shared/engine/reports';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { Page, Panel } from '../../components/page';
import { RunLink } from '../../components/run-link';
import { SkeletonRows } from '../../components/skeleton';
import { StatusBadge } from '../../components/status-badge';
import { When } from '../../components/when';
import { counted } from '../../format/number';
import { runKinds } from '../../format/run-kind';
import { usePlace } from '../../router/router';
import { useResource } from '../../store/resource';
import { PhaseLegend } from '../run/phase-bar';
import { ComparedCell } from './compared-cell';
import { compareRuns, longestOf } from './comparison';
import './runs.css';

/** How many runs stand beside each other at most. */
export const comparedAtMost = 4;

const useDetail = (id: string | undefined) => useResource('runs.detail', id === undefined ? null : { id });

/** Two to four runs side by side: where the time went, by dataset. `#/compare?runs=<id>,<id>` */
export function Compare() {
  const ids = (usePlace().query['runs'] ?? '').split(',').filter((id) => id !== '');
  const asked = [useDetail(ids[0]), useDetail(ids[1]), useDetail(ids[2]), useDetail(ids[3])].slice(0, ids.length);
  const details = asked.flatMap(({ data }) => data ?? []);
  const failed = asked.find(({ failure, data }) => failure !== null && data === undefined);
  const failure = failed?.failure ?? null;
  return (
    <Page
      title={`Compare ${counted(asked.length, 'run')}`}
      about="Where the time went and what was done, by dataset. Differences are against the run that began first."
    >
      {failed === undefined || failure === null ? null : (
        <ErrorState title="A run could not be read" failure={failure} onRetry={failed.reload} />
      )}
      {ids.length < 2 ? (
        <EmptyState
          icon={<History size={22} aria-hidden />}
          title="Choose two runs or more"
          actions={<a href="#/runs">Go to the runs</a>}
        >
          Tick them in the list of runs; up to {comparedAtMost} stand side by side.
        </EmptyState>
      ) : details.length < asked.length ? (
        failed === undefined ? (
          <SkeletonRows />
        ) : null
      ) : (
        <Compared runs={details.toSorted((a, b) => a.run.started_at.localeCompare(b.run.started_at))} />
      )}
    </Page>
  );
}

function Compared({ runs }: { readonly runs: readonly RunDetail[] }) {
  const compared = compareRuns(runs);
  const longest = longestOf(compared);
  return (
    <Panel flush title="Durations and changes" actions={<PhaseLegend />}>
      <table className="table compare">
        <thead>
          <tr>
            <th>
              <span className="only-read">Dataset</span>
            </th>
            {runs.map(({ run }) => (
              <th key={run.id} scope="col">
                <span className="row">
                  <RunLink id={run.id} word={runKinds[run.kind]} />
                  <StatusBadge status={run.status} silentSince={run.silent_since} />
                </span>
                <span className="small soft">
                  {run.mode}, <When at={run.started_at} />
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {compared.map((line) => (
            <tr key={line.dataset ?? ''} className={line.dataset === null ? 'compare__whole' : undefined}>
              <th scope="row" title={line.dataset ?? undefined}>
                {line.dataset ?? 'The whole run'}
              </th>
              {line.taken.map((taken, index) => (
                <td key={runs[index]?.run.id ?? index}>
                  <ComparedCell taken={taken} whole={longest} ended={line.dataset !== null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
