import { useState } from 'react';
import type { Task } from '../../../../shared/contract/task';
import { Button } from '../../components/button';
import { Page, Panel } from '../../components/page';
import { Progress } from '../../components/progress';
import { When } from '../../components/when';
import { stopTask } from '../../store/actions';
import { noLiveRun } from '../../store/activity';
import { useConsole } from '../../store/console-store';

/** A preview that is being counted. */
export function PlanWorking({ task }: { readonly task: Task }) {
  const live = useConsole((state) => (task.run === null ? noLiveRun : (state.activity.runs[task.run] ?? noLiveRun)));
  const all = useConsole((state) => state.session?.datasets ?? []);
  const [stopping, setStopping] = useState(false);
  const stop = async (): Promise<void> => {
    setStopping(true);
    if (!(await stopTask(task.id))) setStopping(false);
  };
  const names = task.datasets.length === 0 ? all : task.datasets;
  return (
    <Page
      title="Preview"
      about={
        <>
          Both sides are compared, nothing is written. Begun <When at={task.started_at} />.
        </>
      }
      actions={
        <Button disabled={stopping} onClick={() => void stop()}>
          {stopping ? 'Stopping …' : 'Stop counting'}
        </Button>
      }
    >
      <Panel title="Counting what would change" flush>
        <table className="table">
          <tbody>
            {names.map((name) => {
              const progress = live.datasets[name]?.latest;
              return (
                <tr key={name}>
                  <td className="strong" style={{ width: '28%' }}>
                    {name}
                  </td>
                  <td>
                    {progress === undefined ? (
                      <span className="faint">waits its turn</span>
                    ) : (
                      <Progress
                        label={`Progress of ${name}`}
                        done={progress.done}
                        total={progress.total}
                        kind={progress.total_kind}
                        eta={progress.eta_s}
                      />
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Panel>
    </Page>
  );
}
