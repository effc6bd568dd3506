import type { ReactNode } from 'react';
import type { StatusReport } from '../../../../shared/engine/reports';
import { waitingWords } from '../../../../shared/engine/waiting-words';
import type { Waiting } from '../../../../shared/engine/waiting-words';
import { visibleName } from '../../../../shared/visible';
import { When } from '../../components/when';
import { capital } from '../../format/capital';
import { brief, counted, grouped } from '../../format/number';
import { href } from '../../router/router';
import { isAlive, isBeforeInstall, isInLine, stateIn } from './dataset-state';
import { waitingInAll } from './waiting';
import './overview.css';

/** The four numbers that tell whether anything has to be done. */
export function Tiles({ report }: { readonly report: StatusReport }) {
  const { datasets, running, sources } = report;
  const waiting = waitingInAll(report);
  const waits = waiting.queued + waiting.captured;
  const before = isBeforeInstall(report);
  const oldest =
    datasets
      .map(({ oldest_pending_at: at }) => at)
      .filter((at) => at !== null)
      .sort()[0] ?? null;
  const alive = running.filter(isAlive);
  const silent = running.length - alive.length;
  const out = datasets
    .filter((dataset) => !isInLine(report, dataset))
    .map((dataset) => ({ name: dataset.name, rank: stateIn(report, dataset).rank }))
    .sort((a, b) => b.rank - a.rank);
  const held = sources.reduce((sum, { held_back: back }) => sum + (back?.transactions ?? 0), 0);
  return (
    <div className="tiles">
      <Tile
        title="Changes waiting"
        value={before ? null : waits}
        to={href('/queue', { status: 'pending' })}
        tone={before ? 'idle' : waits > 0 ? 'info' : 'good'}
      >
        {before ? (
          'not known before Install'
        ) : waits === 0 ? (
          'nothing waits'
        ) : (
          <span title={capital(waitingWords(waiting))}>
            {oldest === null ? (
              'captured, not yet in the queue'
            ) : (
              <>
                {waiting.rows === null ? '' : `${inQueue(waiting)}, `}oldest <When at={oldest} />
              </>
            )}
          </span>
        )}
      </Tile>
      <Tile
        title="Datasets in line"
        value={datasets.length - out.length}
        of={datasets.length}
        to="#/datasets"
        tone={out.length > 0 ? 'warn' : 'good'}
      >
        {out.length === 0 ? 'all of them' : lookAt(out.map(({ name }) => name))}
      </Tile>
      <Tile
        title="Runs under way"
        value={alive.length}
        to="#/runs"
        tone={silent > 0 ? 'warn' : alive.length > 0 ? 'info' : 'idle'}
      >
        {underWay(
          alive.map(({ operator }) => visibleName(operator)),
          silent,
        )}
      </Tile>
      <Tile title="Held back" value={held} to="#/check" tone={held > 0 ? 'warn' : 'idle'}>
        {held === 0 ? 'no change waits for a transaction' : 'transactions are open; their changes come after them'}
      </Tile>
    </div>
  );
}

function Tile({
  title,
  value,
  of,
  to,
  tone,
  children,
}: {
  readonly title: string;
  /** null: not known */
  readonly value: number | null;
  readonly of?: number;
  readonly to: string;
  readonly tone: 'good' | 'warn' | 'info' | 'idle';
  readonly children: ReactNode;
}) {
  return (
    <a className={`tile tile--${tone}`} href={to}>
      <span className="tile__title">{title}</span>
      <span className="tile__value" title={value === null ? undefined : grouped(value)}>
        {value === null ? '–' : brief(value)}
        {of === undefined ? null : <span className="tile__of"> of {brief(of)}</span>}
      </span>
      <span className="tile__about">{children}</span>
    </a>
  );
}

/** Of how many rows those in the queue are: of the others that is not known yet. */
function inQueue({ queued, captured, rows }: Waiting): string {
  const of = `of ${counted(rows ?? 0, 'row')}`;
  return captured === 0 ? of : `${brief(queued)} in the queue ${of}`;
}

/** The most urgent by name, as many as a line may hold. */
function lookAt(names: readonly string[]): string {
  const [first = '', second] = names;
  if (second === undefined) return `look at ${first}`;
  return names.length === 2 ? `look at ${first} and ${second}` : `look at ${first} and ${names.length - 1} more`;
}

/** @param silent how many more say that they run and give no sign of life */
function underWay(operators: readonly string[], silent: number): string {
  const by = `by ${[...new Set(operators)].join(', ')}`;
  if (silent === 0) return operators.length === 0 ? 'none' : by;
  if (operators.length === 0) return `${counted(silent, 'gives', 'give')} no sign of life`;
  return `${by}; ${counted(silent, 'other gives', 'others give')} no sign of life`;
}
