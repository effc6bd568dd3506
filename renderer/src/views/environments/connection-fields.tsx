import { ShieldAlert, Trash2 } from 'lucide-react';
import type { Connection, ProfileDraft } from '../../../../shared/contract/profile';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import { Panel } from '../../components/page';
import { Tick } from '../../components/tick';
import { goesInClear } from './draft';
import { SecretFields } from './secret-fields';
import { TlsFields } from './tls-fields';

/** One database of an environment. */
export function ConnectionFields({
  name,
  draft,
  errors,
  kept,
  secret,
  onSecret,
  onChange,
  onRename,
}: {
  readonly name: string;
  readonly draft: ProfileDraft;
  readonly errors: Readonly<Record<string, string>>;
  readonly kept: 'kept' | 'session' | 'missing' | undefined;
  readonly secret: string;
  readonly onSecret: (value: string) => void;
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
        <SecretFields
          source={connection.secret}
          kept={kept}
          value={secret}
          onValue={onSecret}
          onChange={(next) => set({ secret: next })}
        />
        <TlsFields tls={connection.tls} onChange={(tls) => set({ tls })} />
        <TextField
          label="Expected identity"
          value={connection.identity ?? ''}
          placeholder="any; Test connection tells it"
          help="Another server under this address is warned of."
          onChange={(identity) => set({ identity: identity === '' ? null : identity })}
        />
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
