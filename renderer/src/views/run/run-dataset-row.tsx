import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { RunDetail } from '../../../../shared/engine/reports';
import { Count } from '../../components/count';
import { LongText } from '../../components/long-text';
import { Progress } from '../../components/progress';
import { Sparkline } from '../../components/sparkline';
import { StatusBadge } from '../../components/status-badge';
import { brief, grouped } from '../../format/number';
import { duration, span } from '../../format/time';
import { href } from '../../router/router';
import type { LiveProgress } from '../../store/activity';
import { useNow } from '../../store/clock';

type RunDataset = RunDetail['datasets'][number];
const phases = {
  connect: 'connecting',
  relay: 'reading changes',
  plan: 'comparing',
  apply: 'writing',
  verify: 'verifying',
} as const;
const moving = ['queued', 'planning', 'running', 'verifying'];

export function RunDatasetRow({
  dataset,
  live,
  active,
  run,
}: {
  readonly dataset: RunDataset;
  readonly live: LiveProgress | undefined;
  readonly active: boolean;
  readonly run: string;
}) {
  const { name, status, mode, error, verified, differences, duration_ms: took } = dataset;
  const works = active && moving.includes(status);
  const counts = works && live !== undefined ? live.latest.counts : dataset.counts;
  const notDone = counts.withheld + counts.conflicted + counts.failed + counts.not_attempted;
  return (
    <>
      <tr>
        <td>
          <div className="strong">{name}</div>
          <div className="small soft">
            {mode ?? 'not begun'}
            {dataset.baseline === 'gap' ? ', gap' : ''}
          </div>
        </td>
        <td className="run-progress">
          {works ? <Live name={name} live={live} dataset={dataset} /> : <StatusBadge status={status} />}
        </td>
        <td className="number">
          <Count value={counts.inserted} />
        </td>
        <td className="number">
          <Count value={counts.updated} />
        </td>
        <td className="number">
          <Count value={counts.deleted} />
        </td>
        <td className="number">
          {notDone === 0 ? (
            <Count value={0} />
          ) : (
            <a
              className={counts.failed > 0 ? 'bad strong' : 'warn strong'}
              title={`${grouped(counts.failed)} failed, ${grouped(counts.withheld)} withheld, ${grouped(counts.conflicted)} conflicts, ${grouped(counts.not_attempted)} not attempted`}
              href={href(`/runs/${run}`, { tab: counts.failed > 0 ? 'errors' : 'log' })}
            >
              {grouped(notDone)}
            </a>
          )}
        </td>
        <td className="number">
          <Count value={counts.unchanged} />
        </td>
        <td>
          {verified === null ? (
            <span className="faint">not yet</span>
          ) : verified && (differences ?? 0) === 0 ? (
            <span className="row good">
              <CircleCheck size={14} aria-hidden /> equal
            </span>
          ) : (
            <span className="row warn">
              <TriangleAlert size={14} aria-hidden /> {differences === null ? 'no' : `${grouped(differences)} differ`}
            </span>
          )}
        </td>
        <td className="number small">{took === null ? <span className="faint">–</span> : duration(took)}</td>
      </tr>
      {error === null ? null : (
        <tr>
          <td colSpan={9} className="bad">
            <LongText text={`${error.code}: ${error.message}`} />
            {error.hint === null ? null : <p className="soft">Next step: {error.hint}</p>}
          </td>
        </tr>
      )}
    </>
  );
}

function Live({
  name,
  live,
  dataset,
}: {
  readonly name: string;
  readonly live: LiveProgress | undefined;
  readonly dataset: RunDataset;
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
        <Progress label={`Progress of ${name}`} done={done} total={total} kind={kind} eta={eta} />
        <div className="small soft row row--spread">
          <span>{phases[phase]}</span>
          <span className={quiet > 15 ? 'warn' : ''}>
            {quiet > 5 ? `quiet for ${span(quiet)}` : rate === null ? '' : `${brief(rate)} rows/s`}
          </span>
        </div>
      </div>
      <Sparkline values={live.rates} label={`Rows per second of ${name}`} />
    </div>
  );
}
