import { CircleCheck, CircleX } from 'lucide-react';
import type { CheckReport } from '../../../../shared/engine/reports';
import { CopyButton } from '../../components/copy-button';
import { LongText } from '../../components/long-text';
import { NextStep } from '../../components/next-step';
import { Panel } from '../../components/page';
import { duration } from '../../format/time';

/** What a check found: the connections hop by hop, the rights to grant as SQL to copy, and datasets that do not fit. */
export function CheckResult({ report }: { readonly report: CheckReport }) {
  return (
    <div className="stack" role="status" aria-label="Result of the test">
      {report.databases.map(({ name, label, ok, identity, version, hops, grants, recommended }) => (
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
          <Grants
            title="Rights are missing. An administrator runs this:"
            label={`Rights that are missing on ${name}`}
            sql={grants.filter((grant) => !recommended.includes(grant))}
          />
          <Grants
            title="Worth granting. Everything works without, but something is not known:"
            label={`Rights worth granting on ${name}`}
            sql={recommended}
          />
        </Panel>
      ))}
      {report.datasets
        .filter(({ ok, warnings }) => !ok || warnings.length > 0)
        .map(({ name, error, warnings }) => (
          <Panel key={name} tone={error === null ? 'warn' : 'bad'} title={name} about="dataset">
            {error === null ? null : (
              <>
                <LongText text={error.message} />
                <NextStep code={error.code} hint={error.hint} />
              </>
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

function Grants({
  title,
  label,
  sql,
}: {
  readonly title: string;
  /** tells those of one database from those of another */
  readonly label: string;
  readonly sql: readonly string[];
}) {
  if (sql.length === 0) return null;
  const text = sql.map((each) => (each.endsWith(';') ? each : `${each};`)).join('\n');
  return (
    <div className="stack stack--tight">
      <div className="row row--spread">
        <span className="strong">{title}</span>
        <CopyButton text={text}>Copy the SQL</CopyButton>
      </div>
      <pre className="grants" tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}
