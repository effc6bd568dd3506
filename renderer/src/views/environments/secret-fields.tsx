import type { SecretSource } from '../../../../shared/contract/profile';
import { Field, TextField } from '../../components/field';
import { Select } from '../../components/select';

const kinds = [
  { value: 'stored', text: 'Typed here' },
  { value: 'env', text: 'From an environment variable' },
  { value: 'file', text: 'From a file' },
  { value: 'none', text: 'None' },
] as const;

/** Where a password comes from; a typed one never goes into the profile's file. */
export function SecretFields({
  source,
  kept,
  value,
  onValue,
  onChange,
}: {
  readonly source: SecretSource;
  readonly kept: 'kept' | 'session' | 'missing' | undefined;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly onChange: (source: SecretSource) => void;
}) {
  const choose = (kind: SecretSource['kind']): void =>
    onChange(
      kind === 'env'
        ? { kind, name: 'ASTRO_SYNC_PASSWORD' }
        : kind === 'file'
          ? { kind, path: '~/.astro-sync/password' }
          : { kind },
    );
  const there = {
    kept: 'kept; leave empty to keep it',
    session: 'kept for this session; leave empty to keep it',
    missing: '',
  }[kept ?? 'missing'];
  return (
    <>
      <Field label="Password">
        {(ids) => <Select {...ids} label="Password" value={source.kind} choices={kinds} onChange={choose} />}
      </Field>
      {source.kind === 'stored' ? (
        <TextField
          type="password"
          label="Typed password"
          autoComplete="new-password"
          value={value}
          placeholder={there}
          onChange={onValue}
        />
      ) : null}
      {source.kind === 'env' ? (
        <TextField
          label="Name of the variable"
          value={source.name}
          onChange={(name) => onChange({ kind: 'env', name })}
        />
      ) : null}
      {source.kind === 'file' ? (
        <TextField
          label="Path of the file"
          value={source.path}
          help="Readable by you alone (mode 0600)."
          onChange={(path) => onChange({ kind: 'file', path })}
        />
      ) : null}
    </>
  );
}
