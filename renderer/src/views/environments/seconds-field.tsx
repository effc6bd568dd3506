import { TextField } from '../../components/field';

/** A number of seconds; NaN while there is none. */
export function SecondsField({
  label,
  value,
  error,
  help,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly error: string | null;
  readonly help: string;
  readonly onChange: (seconds: number) => void;
}) {
  return (
    <TextField
      label={label}
      inputMode="decimal"
      value={Number.isNaN(value) ? '' : String(value)}
      error={error}
      help={help}
      onChange={(typed) => onChange(typed.trim() === '' ? Number.NaN : Number(typed))}
    />
  );
}
