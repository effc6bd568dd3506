import type { CheckReport, Right } from '../../../../shared/engine/reports';
import { byObject, sortedRights } from '../../../../shared/engine/rights';
import type { RightsOn } from '../../../../shared/engine/rights';
import { grouped } from '../../../../shared/format-number';
import { inWordsOfPage } from '../../format/next-step';
import { LongText } from '../../components/long-text';
import { NextStep } from '../../components/next-step';
import { CheckMark } from './check-mark';

type Dataset = CheckReport['datasets'][number];

/** One dataset: its definition, and its rights; closed where all is well. */
export function CheckDataset({ dataset }: { readonly dataset: Dataset }) {
  const { name, error, rights, warnings } = dataset;
  const { held, lacking, unknown } = sortedRights(rights);
  const known = error === null && unknown.length === 0;
  const fine = known && lacking.length === 0 && warnings.length === 0;
  return (
    <details className="check-dataset" open={!fine}>
      <summary className="hop">
        <CheckMark ok={error !== null || lacking.length > 0 ? false : unknown.length > 0 ? null : true} />
        <span className="strong grow">{name}</span>
        <span className={lacking.length > 0 ? 'strong' : 'soft'}>
          {rights.length === 0 ? 'rights not known' : `${grouped(held.length)} of ${grouped(rights.length)} rights`}
        </span>
      </summary>
      <div className="check-dataset__body">
        {error === null ? null : (
          <div>
            <LongText text={error.message} />
            <NextStep code={error.code} hint={error.hint} />
          </div>
        )}
        {warnings.map((warning) => (
          <p key={warning}>{inWordsOfPage(warning)}</p>
        ))}
        <Rights title="Missing" ok={false} rights={lacking} />
        <Rights title="Not known" ok={null} rights={unknown} />
        <HeldRights rights={held} closed={!fine} />
      </div>
    </details>
  );
}

/** Those that are there are of use to whoever wonders; beside what is missing they would only hide it. */
function HeldRights({ rights, closed }: { readonly rights: readonly Right[]; readonly closed: boolean }) {
  const list = <Rights title="Held" ok rights={byObject(rights)} />;
  if (!closed || rights.length === 0) return list;
  return (
    <details>
      <summary className="small soft">{`${grouped(rights.length)} that are held`}</summary>
      {list}
    </details>
  );
}

function Rights({
  title,
  ok,
  rights,
}: {
  readonly title: string;
  readonly ok: boolean | null;
  readonly rights: readonly RightsOn[];
}) {
  if (rights.length === 0) return null;
  return (
    <table className="check-rights" aria-label={title}>
      <tbody>
        {rights.map(({ database, on, object, privileges }) => (
          <tr key={`${database} ${on} ${object}`}>
            <td>
              <CheckMark ok={ok} />
            </td>
            <td className="soft">{database}</td>
            <td className="soft">{kinds[on]}</td>
            <td className="code">{object}</td>
            <td className={ok === true ? '' : 'strong'}>{privileges.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const kinds: Readonly<Record<RightsOn['on'], string>> = {
  database: 'database',
  schema: 'schema',
  table: 'table',
  sequence: 'sequence',
  function: 'function',
  key: 'keys',
  command: 'commands',
};
