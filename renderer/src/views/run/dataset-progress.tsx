import type { RunDetail } from '../../../../shared/engine/reports';
import { Progress } from '../../components/progress';
import { Sparkline } from '../../components/sparkline';
import { StatusBadge } from '../../components/status-badge';
import { brief } from '../../format/number';
import { span } from '../../format/time';
import type { LiveProgress } from '../../store/activity';
import { useNow } from '../../store/clock';

const phases = {
  connect: 'connecting',
  relay: 'reading changes',
  plan: 'comparing',
  apply: 'writing',
  verify: 'verifying',
} as const;

/** After that long without news neither rate nor rest is told of: they would be those of before. */
const quietSeconds = 3;

/** How far a dataset of a run under way is, at which rate, and for how long it has been quiet. */
export function DatasetProgress({
  name,
  live,
  dataset,
}: {
  readonly name: string;
  readonly live: LiveProgress | undefined;
  readonly dataset: RunDetail['datasets'][number];
}) {
  const now = useNow();
  if (live === undefined) {
    const { done, total, total_kind: kind } = dataset.progress;
    return done === 0 && total === null ? (
      <StatusBadge status={dataset.status} />
    ) : (
      <Progress label={`Progress of ${name}`} done={done} total={total} kind={kind} />
    );
  }
  const { done, total, total_kind: kind, eta_s: eta, rate, phase, at } = live.latest;
  const quiet = (now - new Date(at).getTime()) / 1000;
  return (
    <div className="row">
      <div className="grow">
        <Progress
          label={`Progress of ${name}`}
          done={done}
          total={total}
          kind={kind}
          eta={quiet > quietSeconds ? null : eta}
        />
        <div className="small soft row row--spread">
          <span>{phases[phase]}</span>
          <span className={quiet > 15 ? 'warn' : ''}>
            {quiet > quietSeconds ? `quiet for ${span(quiet)}` : rate === null ? '' : `${brief(rate)} rows/s`}
          </span>
        </div>
      </div>
      <Sparkline values={live.rates} label={`Rows per second of ${name}`} />
    </div>
  );
}
