import { CircleCheck, CircleX } from 'lucide-react';
import type { CheckReport } from '../../../../shared/engine/reports';
import { CopyButton } from '../../components/copy-button';
import { LongText } from '../../components/long-text';
import { Panel } from '../../components/page';
import { duration } from '../../format/time';

/** What a test of the connections found, hop by hop, with the grants that are missing. */
export function CheckResult({ report }: { readonly report: CheckReport }) {
  return (
    <div className="stack" role="status" aria-label="Result of the test">
      {report.databases.map(({ name, label, ok, identity, version, hops, grants }) => (
        <Panel
          key={name}
          tone={ok ? 'info' : 'bad'}
          title={
            <>
              {ok ? (
                <CircleCheck size={16} className="good" aria-label="works" />
              ) : (
                <CircleX size={16} className="bad" aria-label="fails" />
              )}{' '}
              {name}
            </>
          }
          about={[label, version, identity].filter((part) => part !== null).join(' · ')}
        >
          {hops.map((hop) => (
            <div key={hop.name} className="hop">
              {hop.ok ? (
                <CircleCheck size={14} className="good" aria-label="works" />
              ) : (
                <CircleX size={14} className="bad" aria-label="fails" />
              )}
              <span className="strong" style={{ width: 150, flex: 'none' }}>
                {hop.name}
              </span>
              <div className="grow soft">
                <LongText text={hop.detail} />
              </div>
              <span className="small soft">{hop.duration_ms === null ? '' : duration(hop.duration_ms)}</span>
            </div>
          ))}
          {grants.length === 0 ? null : (
            <div className="stack stack--tight">
              <div className="row row--spread">
                <span className="strong">Rights are missing. An administrator runs this:</span>
                <CopyButton text={grants.join('\n')}>Copy the SQL</CopyButton>
              </div>
              <pre className="grants" tabIndex={0}>
                {grants.join('\n')}
              </pre>
            </div>
          )}
        </Panel>
      ))}
      {report.datasets
        .filter(({ ok, warnings }) => !ok || warnings.length > 0)
        .map(({ name, error, warnings }) => (
          <Panel key={name} tone={error === null ? 'warn' : 'bad'} title={name} about="dataset">
            {error === null ? null : (
              <LongText text={`${error.message}${error.hint === null ? '' : ` ${error.hint}`}`} />
            )}
            {warnings.map((warning) => (
              <p key={warning}>{warning}</p>
            ))}
          </Panel>
        ))}
      {report.warnings.map((warning) => (
        <p key={warning} className="warn">
          {warning}
        </p>
      ))}
    </div>
  );
}
