import { useState } from 'react';
import type { StatusReport } from '../../../../shared/engine/reports';
import { visibleName } from '../../../../shared/visible';
import { Button } from '../../components/button';
import { Panel } from '../../components/page';
import { Progress } from '../../components/progress';
import { Sparkline } from '../../components/sparkline';
import { When } from '../../components/when';
import { shortId } from '../../format/id';
import { brief } from '../../format/number';
import { RunLink } from '../../components/run-link';
import { noLiveRun } from '../../store/activity';
import { useNow } from '../../store/clock';
import { useConsole } from '../../store/console-store';
import { CancelDialog } from '../run/cancel-dialog';
import { overall } from '../run/overall';

/** Runs under way, of this program or another, with what they tell. */
export function RunningRuns({ running }: { readonly running: StatusReport['running'] }) {
  const now = useNow();
  const runs = useConsole((state) => state.activity.runs);
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const [asked, setAsked] = useState<string | null>(null);
  if (running.length === 0) return null;
  return (
    <Panel title="Under way" flush>
      {running.map(({ id, operator, host, since, datasets, silent_since: silent = null }) => {
        const live = runs[id] ?? noLiveRun;
        // Of a run of another program nothing may have been heard.
        const told = silent === null && Object.keys(live.datasets).length > 0;
        const { done, total, kind, rate, eta, rates } = overall(live, now);
        return (
          <div key={id} className="running">
            <div className="cut">
              <span className="strong">
                <RunLink id={id} word="Run" />
              </span>
              <div className="small soft cut" title={datasets.join(', ')}>
                {datasets.join(', ')}
              </div>
            </div>
            {silent !== null ? (
              <span className="small warn">
                no sign of life since <When at={silent} />, probably interrupted
              </span>
            ) : told ? (
              <Progress label={`Progress of run ${id}`} done={done} total={total} kind={kind} eta={eta} />
            ) : (
              <span className="small soft">its progress is not known here yet</span>
            )}
            <div className="small soft">
              {told ? <Sparkline values={rates} label={`Rows per second: now ${brief(rate)}`} /> : null}
              {told ? (
                <div className={live.stalledSince === null ? '' : 'warn strong'}>
                  {live.stalledSince === null ? `${brief(rate)} rows/s` : 'stalled'}
                </div>
              ) : null}
            </div>
            <div className="row">
              <span className="small soft" title={visibleName(`${operator} on ${host}`)}>
                {visibleName(operator)}, <When at={since} />
              </span>
              <Button small disabled={readOnly} aria-label={`Cancel run ${shortId(id)}`} onClick={() => setAsked(id)}>
                Cancel …
              </Button>
            </div>
          </div>
        );
      })}
      {asked === null ? null : <CancelDialog id={asked} open onClose={() => setAsked(null)} />}
    </Panel>
  );
}
