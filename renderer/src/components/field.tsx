import { useId } from 'react';
import type { InputHTMLAttributes, ReactNode } from 'react';
import './field.css';
import './select.css';

/** A labelled control of a form, with its help and what is wrong with it. */
export function Field({
  label,
  help,
  error,
  children,
  wide = false,
}: {
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | null;
  readonly wide?: boolean;
  /** gets the id that the label points to, and that of its notes */
  readonly children: (ids: { id: string; 'aria-describedby'?: string }) => ReactNode;
}) {
  const id = useId();
  const notes = `${id}-notes`;
  const noted = help !== undefined || (error ?? null) !== null;
  return (
    <div className={`field ${wide ? 'field--wide' : ''}`}>
      <label htmlFor={id} className="field__label">
        {label}
      </label>
      {children(noted ? { id, 'aria-describedby': notes } : { id })}
      {noted ? (
        <div id={notes} className="field__notes">
          {(error ?? null) === null ? null : <p className="bad">{error}</p>}
          {help === undefined ? null : <p className="faint">{help}</p>}
        </div>
      ) : null}
    </div>
  );
}

type TextFieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: ReactNode;
  readonly error?: string | null;
  readonly wide?: boolean;
};

export function TextField({ label, value, onChange, help, error = null, wide = false, ...rest }: TextFieldProps) {
  return (
    <Field label={label} error={error} wide={wide} {...(help === undefined ? {} : { help })}>
      {(ids) => (
        <input
          spellCheck={false}
          autoComplete="off"
          {...rest}
          {...ids}
          className="field__input"
          value={value}
          aria-invalid={error !== null || undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
