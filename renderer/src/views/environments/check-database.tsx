import type { CheckReport } from '../../../../shared/engine/reports';
import { withReasons } from '../../../../shared/engine/rights';
import { CopyButton } from '../../components/copy-button';
import { LongText } from '../../components/long-text';
import { Panel } from '../../components/page';
import { duration } from '../../format/time';
import { CheckMark } from './check-mark';

type Database = CheckReport['databases'][number];

/** The way to one database, hop by hop, who answers there, and what an administrator has to grant. */
export function CheckDatabase({ database }: { readonly database: Database }) {
  const { name, engine, label, ok, version, round_trip_ms: roundTrip, hops, grants, recommended } = database;
  // The label of a database begins with its name, which stands before it.
  const address = label.startsWith(`${name} (`) ? label.slice(name.length + 2, -1) : label;
  const facts = [address, version, roundTrip === null ? null : `round trip ${duration(roundTrip)}`];
  return (
    <Panel
      {...(ok ? {} : { tone: 'bad' })}
      title={
        <>
          <CheckMark ok={ok} size={16} /> {name}
        </>
      }
      about={facts.filter((fact) => fact !== null).join(' · ')}
    >
      {hops.map((hop) => (
        <div key={hop.name} className={`hop ${hop.ok ? '' : 'hop--bad'}`}>
          <CheckMark ok={hop.ok} />
          <span className="hop__name">{hop.name}</span>
          <div className={`grow ${hop.ok ? 'soft' : ''}`}>
            <LongText text={hop.detail} />
          </div>
          <span className="small soft num">{hop.duration_ms === null ? '' : duration(hop.duration_ms)}</span>
        </div>
      ))}
      <Grants
        title="Rights are missing. An administrator runs this:"
        label={`Rights that are missing on ${name}`}
        engine={engine}
        statements={grants.filter((sql) => !recommended.some(({ grant }) => grant === sql))}
      />
      <Grants
        title="Worth granting. Runs work without; what happens then stands above each:"
        label={`Rights worth granting on ${name}`}
        engine={engine}
        statements={withReasons(recommended)}
      />
    </Panel>
  );
}

function Grants({
  title,
  label,
  engine,
  statements,
}: {
  readonly title: string;
  /** tells those of one database from those of another */
  readonly label: string;
  readonly engine: Database['engine'];
  readonly statements: readonly string[];
}) {
  if (statements.length === 0) return null;
  const ended = (sql: string): string => (sql.includes(';') || sql.startsWith('--') ? sql : `${sql};`);
  const text = statements.map((each) => (engine === 'postgres' ? ended(each) : each)).join('\n');
  return (
    <div className="stack stack--tight">
      <div className="row row--spread">
        <span className="strong">{title}</span>
        <CopyButton text={text}>{engine === 'postgres' ? 'Copy the SQL' : 'Copy the command'}</CopyButton>
      </div>
      <pre className="grants" tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}
