import { visibleName, visibleText } from '../../../shared/visible';
import './field-diff.css';

export interface FieldChange {
  readonly name: string;
  /** undefined: there was no row */
  readonly before: string | null | undefined;
  readonly after: string | null | undefined;
  /** It differs although both are shown alike: it is masked, or longer than what is shown of it. */
  readonly differs?: boolean;
}

export const isChanged = ({ before, after, differs = false }: FieldChange): boolean => differs || before !== after;

/**
 * The fields of a row before and after; with one label alone as they are, since there is nothing to compare them with. `changedOnly`
 * leaves out those that stay as they are.
 */
export function FieldDiff({
  fields,
  labels = ['Before', 'After'],
  changedOnly = false,
}: {
  readonly fields: readonly FieldChange[];
  readonly labels?: readonly [string, string?];
  readonly changedOnly?: boolean;
}) {
  const shown = changedOnly ? fields.filter(isChanged) : fields;
  if (shown.length === 0) return <p className="faint">No field differs.</p>;
  const [before, after] = labels;
  const differs = (field: FieldChange): boolean => after !== undefined && isChanged(field);
  return (
    <div
      className={`diff ${after === undefined ? 'diff--one' : ''}`}
      role="table"
      aria-label={after === undefined ? before : `${before} and ${after}`}
    >
      <div className="diff__row diff__row--head" role="row">
        <span role="columnheader">Field</span>
        <span role="columnheader">{before}</span>
        {after === undefined ? null : <span role="columnheader">{after}</span>}
      </div>
      {shown.map((field) => (
        <div key={field.name} className={`diff__row ${differs(field) ? 'diff__row--changed' : ''}`} role="row">
          <span role="rowheader" className="diff__name">
            {differs(field) ? <span className="only-read">changed: </span> : null}
            {visibleName(field.name)}
          </span>
          <span role="cell" className="diff__before">
            <Value value={field.before} />
          </span>
          {after === undefined ? null : (
            <span role="cell" className="diff__after">
              <Value value={field.after} />
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

function Value({ value }: { readonly value: string | null | undefined }) {
  if (value === undefined) return <span className="faint">–</span>;
  if (value === null) return <span className="diff__null">NULL</span>;
  if (value === '') return <span className="diff__null">empty</span>;
  return <span className="diff__value">{visibleText(value)}</span>;
}
