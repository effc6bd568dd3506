import type { Connection } from '../../../../shared/contract/profile';
import { Field, TextField } from '../../components/field';
import { Select } from '../../components/select';

const modes = [
  { value: 'none', text: 'No TLS' },
  { value: 'require', text: 'Encrypt, check nothing' },
  { value: 'verify-ca', text: 'Check the authority' },
  { value: 'verify-full', text: 'Check authority and name' },
] as const;

/** Encryption of a connection. */
export function TlsFields({
  tls,
  onChange,
}: {
  readonly tls: Connection['tls'];
  readonly onChange: (tls: Connection['tls']) => void;
}) {
  const mode = tls === null || tls.mode === 'disable' ? 'none' : tls.mode;
  const file = (name: 'ca' | 'cert' | 'key', path: string): void => {
    if (tls === null) return;
    const { [name]: _before, ...rest } = tls;
    onChange(path === '' ? rest : { ...rest, [name]: path });
  };
  return (
    <>
      <Field label="TLS">
        {(ids) => (
          <Select
            {...ids}
            label="TLS"
            value={mode}
            choices={modes}
            onChange={(next) => onChange(next === 'none' ? null : { ...(tls ?? {}), mode: next })}
          />
        )}
      </Field>
      {tls === null || mode === 'none' ? null : (
        <>
          <TextField
            label="Certificate authority (file)"
            value={tls.ca ?? ''}
            placeholder="those of the system"
            onChange={(path) => file('ca', path)}
          />
          <TextField label="Client certificate (file)" value={tls.cert ?? ''} onChange={(path) => file('cert', path)} />
          <TextField
            label="Key of the certificate (file)"
            value={tls.key ?? ''}
            onChange={(path) => file('key', path)}
          />
        </>
      )}
    </>
  );
}
