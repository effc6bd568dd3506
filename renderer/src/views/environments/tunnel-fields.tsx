import type { ProfileDraft, Tunnel } from '../../../../shared/contract/profile';
import { Field, TextField } from '../../components/field';
import { Panel } from '../../components/page';
import { Select } from '../../components/select';
import { Tick } from '../../components/tick';
import { newTunnel } from './draft';
import { More } from './more';
import { SecondsField } from './seconds-field';
import { SecretInput } from './secret-input';
import type { SecretField } from './secret-input';

const ways = [
  { value: 'agent', text: 'SSH agent' },
  { value: 'key', text: 'Key file' },
] as const;

/** The SSH tunnel that connections may go through. */
export function TunnelFields({
  draft,
  errors,
  secret,
  onChange,
}: {
  readonly draft: ProfileDraft;
  readonly errors: Readonly<Record<string, string>>;
  readonly secret: SecretField;
  readonly onChange: (draft: ProfileDraft) => void;
}) {
  const { tunnel } = draft;
  const set = (change: Partial<Tunnel>): void => {
    if (tunnel !== null) onChange({ ...draft, tunnel: { ...tunnel, ...change } });
  };
  return (
    <Panel title="SSH tunnel" about="the server’s key is checked against known_hosts">
      <div className="stack">
        <Tick
          label="Use an SSH tunnel"
          checked={tunnel !== null}
          onChange={(on) => onChange({ ...draft, tunnel: on ? newTunnel() : null })}
        >
          Reach some of the databases through an SSH server
        </Tick>
        {tunnel === null ? null : (
          <div className="fields">
            <TextField
              label="Host"
              value={tunnel.host}
              error={errors['tunnel.host'] ?? null}
              onChange={(host) => set({ host })}
            />
            <TextField
              label="Port"
              inputMode="numeric"
              value={Number.isNaN(tunnel.port) ? '' : String(tunnel.port)}
              error={errors['tunnel.port'] ?? null}
              onChange={(port) => set({ port: port === '' ? Number.NaN : Number(port) })}
            />
            <TextField
              label="User"
              value={tunnel.user}
              error={errors['tunnel.user'] ?? null}
              onChange={(user) => set({ user })}
            />
            <Field label="Signs in with">
              {(ids) => (
                <Select
                  {...ids}
                  label="Signs in with"
                  value={tunnel.auth.kind}
                  choices={ways}
                  onChange={(kind) => set({ auth: kind === 'agent' ? { kind } : { kind, path: '~/.ssh/id_ed25519' } })}
                />
              )}
            </Field>
            {tunnel.auth.kind === 'key' ? (
              <>
                <TextField
                  label="Key file"
                  value={tunnel.auth.path}
                  error={errors['tunnel.key'] ?? null}
                  onChange={(path) => set({ auth: { kind: 'key', path } })}
                />
                <SecretInput label="Its passphrase" field={secret} none="none" />
              </>
            ) : null}
            <More open={tunnel.known_hosts !== null || (errors['tunnel.keep_alive_s'] ?? null) !== null}>
              <TextField
                label="known_hosts"
                value={tunnel.known_hosts ?? ''}
                placeholder="your own"
                onChange={(path) => set({ known_hosts: path === '' ? null : path })}
              />
              <SecondsField
                label="Keep-alive (seconds)"
                value={tunnel.keep_alive_s}
                error={errors['tunnel.keep_alive_s'] ?? null}
                help="Asks the host so often whether it is still there; after three without an answer it is dialled again."
                onChange={(seconds) => set({ keep_alive_s: seconds })}
              />
            </More>
          </div>
        )}
      </div>
    </Panel>
  );
}
