import type { SecretSource } from '../../../../shared/contract/profile';
import { Field, TextField } from '../../components/field';
import { Select } from '../../components/select';
import { SecretInput } from './secret-input';
import type { SecretField } from './secret-input';

const kinds = [
  { value: 'stored', text: 'Typed here' },
  { value: 'env', text: 'From an environment variable' },
  { value: 'file', text: 'From a file' },
  { value: 'none', text: 'None' },
] as const;

/** Where a password comes from; a typed one never goes into the profile's file. */
export function SecretFields({
  source,
  secret,
  onChange,
}: {
  readonly source: SecretSource;
  readonly secret: SecretField;
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
  return (
    <>
      <Field label="Password">
        {(ids) => <Select {...ids} label="Password" value={source.kind} choices={kinds} onChange={choose} />}
      </Field>
      {source.kind === 'stored' ? <SecretInput label="Typed password" field={secret} /> : null}
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
