import { ShieldAlert, Trash2 } from 'lucide-react';
import type { Connection, ProfileDraft } from '../../../../shared/contract/profile';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import { Panel } from '../../components/page';
import { Tick } from '../../components/tick';
import { goesInClear } from './draft';
import { More } from './more';
import { SecondsField } from './seconds-field';
import { SecretFields } from './secret-fields';
import type { SecretField } from './secret-input';
import { TlsFields, TlsName } from './tls-fields';

/** One database of an environment. */
export function ConnectionFields({
  name,
  draft,
  errors,
  secret,
  passphrase,
  onChange,
  onRename,
}: {
  readonly name: string;
  readonly draft: ProfileDraft;
  readonly errors: Readonly<Record<string, string>>;
  readonly secret: SecretField;
  readonly passphrase: SecretField;
  readonly onChange: (draft: ProfileDraft) => void;
  readonly onRename: (name: string) => void;
}) {
  const connection = draft.connections[name];
  if (connection === undefined) return null;
  const set = (change: Partial<Connection>): void =>
    onChange({ ...draft, connections: { ...draft.connections, [name]: { ...connection, ...change } } });
  const remove = (): void => {
    const { [name]: _removed, ...connections } = draft.connections;
    onChange({ ...draft, connections });
  };
  const redis = connection.engine === 'redis';
  const late = errors[`${name}.connect_timeout_s`] ?? null;
  return (
    <Panel
      title={name.trimEnd() === '' ? 'A database' : name}
      about={`${redis ? 'Redis' : 'PostgreSQL'}${draft.system === name ? ', holds the queue and the history' : ''}`}
      actions={
        draft.system === name ? null : (
          <Button small look="quiet" icon={<Trash2 size={13} aria-hidden />} onClick={remove}>
            Remove
          </Button>
        )
      }
    >
      <div className="fields">
        <TextField
          label="Name that datasets use"
          value={name.trimEnd()}
          error={errors[`${name}.name`] ?? null}
          onChange={onRename}
        />
        <TextField
          label="Host"
          value={connection.host}
          error={errors[`${name}.host`] ?? null}
          onChange={(host) => set({ host })}
        />
        <TextField
          label="Port"
          inputMode="numeric"
          value={Number.isNaN(connection.port) ? '' : String(connection.port)}
          error={errors[`${name}.port`] ?? null}
          onChange={(port) => set({ port: port === '' ? Number.NaN : Number(port) })}
        />
        <TextField
          label={redis ? 'Number of the database' : 'Database'}
          value={connection.database}
          error={errors[`${name}.database`] ?? null}
          onChange={(database) => set({ database })}
        />
        <TextField
          label="User"
          value={connection.user}
          placeholder={redis ? 'none: the default user' : ''}
          onChange={(user) => set({ user })}
        />
        <SecretFields source={connection.secret} secret={secret} onChange={(next) => set({ secret: next })} />
        <TlsFields tls={connection.tls} passphrase={passphrase} onChange={(tls) => set({ tls })} />
        <div className="field">
          <span className="field__label">Way</span>
          <Tick
            label="Through the SSH tunnel"
            checked={connection.tunnel}
            disabled={draft.tunnel === null}
            onChange={(tunnel) => set({ tunnel })}
          >
            Through the SSH tunnel{draft.tunnel === null ? ' (none is set up below)' : ''}
          </Tick>
          {redis ? (
            <Tick
              label="Accept eviction"
              checked={connection.allow_eviction}
              onChange={(on) => set({ allow_eviction: on })}
            >
              Accept a maxmemory-policy that evicts keys
            </Tick>
          ) : null}
        </div>
        <More open={connection.identity !== null || connection.tls?.servername !== undefined || late !== null}>
          <TextField
            label="Expected identity"
            value={connection.identity ?? ''}
            placeholder="any; Test connection tells it"
            help="Another server under this address is warned of."
            onChange={(identity) => set({ identity: identity === '' ? null : identity })}
          />
          <SecondsField
            label="Time to connect (seconds)"
            value={connection.connect_timeout_s}
            error={late}
            help="After that the server counts as not there."
            onChange={(seconds) => set({ connect_timeout_s: seconds })}
          />
          <TlsName tls={connection.tls} onChange={(tls) => set({ tls })} />
        </More>
      </div>
      {goesInClear(connection) ? (
        <p className="row small warn">
          <ShieldAlert size={14} aria-hidden />
          Without TLS or the tunnel all data goes to {connection.host} in clear text
          {redis ? ', and the password with it' : '; so does the password, where the server asks for it that way'}.
        </p>
      ) : null}
    </Panel>
  );
}
