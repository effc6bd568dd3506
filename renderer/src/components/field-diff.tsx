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

/** The fields of a row before and after. `changedOnly` leaves out those that stay as they are. */
export function FieldDiff({
  fields,
  labels = ['Before', 'After'],
  changedOnly = false,
}: {
  readonly fields: readonly FieldChange[];
  readonly labels?: readonly [string, string];
  readonly changedOnly?: boolean;
}) {
  const shown = changedOnly ? fields.filter(isChanged) : fields;
  if (shown.length === 0) return <p className="faint">No field differs.</p>;
  return (
    <div className="diff" role="table" aria-label={`${labels[0]} and ${labels[1]}`}>
      <div className="diff__row diff__row--head" role="row">
        <span role="columnheader">Field</span>
        <span role="columnheader">{labels[0]}</span>
        <span role="columnheader">{labels[1]}</span>
      </div>
      {shown.map((field) => (
        <div key={field.name} className={`diff__row ${isChanged(field) ? 'diff__row--changed' : ''}`} role="row">
          <span role="rowheader" className="diff__name">
            {isChanged(field) ? <span className="only-read">changed: </span> : null}
            {field.name}
          </span>
          <span role="cell" className="diff__before">
            <Value value={field.before} />
          </span>
          <span role="cell" className="diff__after">
            <Value value={field.after} />
          </span>
        </div>
      ))}
    </div>
  );
}

function Value({ value }: { readonly value: string | null | undefined }) {
  if (value === undefined) return <span className="faint">–</span>;
  if (value === null) return <span className="diff__null">NULL</span>;
  if (value === '') return <span className="diff__null">empty</span>;
  return <span className="diff__value">{value}</span>;
}
