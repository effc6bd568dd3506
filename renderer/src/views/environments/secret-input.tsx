import { TextField } from '../../components/field';

/** Whether the host has a secret; `elsewhere`: for another server than the one that is typed in now, to which it does not go. */
export type KeptSecret = 'kept' | 'session' | 'missing' | 'elsewhere';

/** A secret of the form: what the host has, and what is typed in its place. */
export interface SecretField {
  readonly kept: KeptSecret;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A field for a secret; says whether there is one already. @param none what it says where there is none */
export function SecretInput({
  label,
  field: { kept, value, onValue },
  none = '',
}: {
  readonly label: string;
  readonly field: SecretField;
  readonly none?: string;
}) {
  const there = {
    kept: 'kept; leave empty to keep it',
    session: 'kept for this session; leave empty to keep it',
    missing: none,
    elsewhere: none,
  }[kept];
  return (
    <TextField
      type="password"
      label={label}
      autoComplete="new-password"
      value={value}
      placeholder={there}
      onChange={onValue}
      {...(kept === 'elsewhere' && value === ''
        ? { help: 'The one that is kept was for another server, or a better protected way. Type it in again.' }
        : {})}
    />
  );
}
