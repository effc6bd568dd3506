import type { Connection } from '../../../../shared/contract/profile';
import { Field, TextField } from '../../components/field';
import { Select } from '../../components/select';
import { SecretInput } from './secret-input';
import type { SecretField } from './secret-input';

const modes = [
  { value: 'none', text: 'No TLS' },
  { value: 'require', text: 'Encrypt, check nothing' },
  { value: 'verify-ca', text: 'Check the authority' },
  { value: 'verify-full', text: 'Check authority and name' },
] as const;

/** Encryption of a connection. */
export function TlsFields({
  tls,
  passphrase,
  onChange,
}: {
  readonly tls: Connection['tls'];
  readonly passphrase: SecretField;
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
            help="Readable by you alone (mode 0600)."
            onChange={(path) => file('key', path)}
          />
          {tls.key === undefined ? null : <SecretInput label="Passphrase of that key" field={passphrase} none="none" />}
        </>
      )}
    </>
  );
}

/** The name that the certificate of the server has to carry, where it is not the host's; matters where names are checked alone. */
export function TlsName({
  tls,
  onChange,
}: {
  readonly tls: Connection['tls'];
  readonly onChange: (tls: Connection['tls']) => void;
}) {
  if (tls === null || tls.mode === 'disable') return null;
  const { servername = '', ...rest } = tls;
  return (
    <TextField
      label="Name in the server’s certificate"
      value={servername}
      placeholder="that of the host"
      onChange={(name) => onChange(name === '' ? rest : { ...rest, servername: name })}
    />
  );
}
