import type { SourceStatus } from '../../../../shared/engine/reports';
import { Count } from '../../components/count';
import { Panel } from '../../components/page';
import { When } from '../../components/when';
import { bytes, counted } from '../../format/number';
import { duration } from '../../format/time';

/** What was captured in each source and is not in the queue yet, and which open transactions keep it from getting there. */
export function CheckSources({ sources }: { readonly sources: readonly SourceStatus[] }) {
  if (sources.length === 0) return null;
  const held = sources.some(({ held_back: back }) => (back?.transactions ?? 0) > 0);
  return (
    <Panel
      flush
      {...(held ? { tone: 'warn' } : {})}
      title="Captured changes"
      about={
        held
          ? 'the changes of open transactions, and what came after them, reach the queue when those have ended'
          : 'no open transaction holds any of them back'
      }
    >
      <table className="table" aria-label="Captured changes">
        <thead>
          <tr>
            <th>Source</th>
            <th className="number">Not in the queue yet</th>
            <th className="number">Kept in its log</th>
            <th>Oldest</th>
            <th>Held back by</th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <SourceRow key={source.database} source={source} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function SourceRow({ source }: { readonly source: SourceStatus }) {
  const {
    database,
    label,
    installed,
    unrelayed,
    change_log_rows: rows,
    change_log_bytes: size,
    held_back: back,
  } = source;
  return (
    <tr>
      <td className="strong" title={label}>
        {database}
      </td>
      <td className="number">
        <Count value={unrelayed} />
      </td>
      <td className="number">
        <Count value={rows} />
        {size === null ? null : <span className="soft"> in {bytes(size)}</span>}
      </td>
      <td>
        <When at={source.oldest_change_at} none="–" />
      </td>
      <td>
        {installed === false ? (
          <span className="soft">its changes are not captured</span>
        ) : installed === null ? (
          <span className="soft">not known</span>
        ) : back === null || back.transactions === 0 ? (
          <span className="soft">nothing</span>
        ) : (
          <span className="warn">
            {counted(back.transactions, 'open transaction')}
            {back.oldest_age_s === null ? '' : `, the oldest for ${duration(back.oldest_age_s * 1000)}`}
            {back.oldest_pid === null ? '' : `, process ${back.oldest_pid}`}
          </span>
        )}
      </td>
    </tr>
  );
}
