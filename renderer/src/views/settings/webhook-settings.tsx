import { useState } from 'react';
import type { AppInfo } from '../../../../shared/contract/methods/app';
import type { Settings, SettingsPatch } from '../../../../shared/contract/settings';
import { Button } from '../../components/button';
import { Field, TextField } from '../../components/field';
import { Panel } from '../../components/page';
import { Select } from '../../components/select';
import { Tick } from '../../components/tick';
import { useConsole } from '../../store/console-store';
import { toast, toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';

const formats = [
  { value: 'json', text: 'JSON' },
  { value: 'slack', text: 'Slack' },
] as const;

/** How long a typed address is kept, where that is not for good. */
function keeping({ host, secrets: { store } }: AppInfo): string | null {
  if (store === 'keychain') return null;
  return host === 'desktop'
    ? 'It is kept until the application ends, since the keychain of this computer cannot be used.'
    : 'It is kept until this console ends. For longer, start it with --webhook-file or ASTRO_SYNC_WEBHOOK_URL.';
}

/** A second channel for alerts. Its address is a secret: it is kept, and never shown again. */
export function WebhookSettings({
  settings: { webhook },
  onChange,
}: {
  readonly settings: Settings;
  readonly onChange: (patch: SettingsPatch) => void;
}) {
  const [url, setUrl] = useState('');
  const [busy, setBusy] = useState(false);
  const info = useConsole((state) => state.info);
  const help = info === null ? null : keeping(info);
  const keepUrl = (next: string | null): void => {
    call('settings.setWebhookUrl', { url: next }).then(
      (settings) => {
        useConsole.setState({ settings });
        setUrl('');
      },
      (error: unknown) => toastFailure('The address was not kept', error),
    );
  };
  const test = async (): Promise<void> => {
    setBusy(true);
    try {
      const { delivered, status, attempts, detail } = await call('alerts.testWebhook', {});
      toast({
        tone: delivered ? 'good' : 'bad',
        title: delivered ? `Delivered (${status ?? ''})` : `Not delivered after ${attempts} tries`,
        detail,
      });
    } catch (error) {
      toastFailure('The webhook could not be tested', error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel
      title="Webhook"
      actions={
        <Button
          small
          busy={busy}
          disabled={!webhook.has_url}
          aria-label="Send a test to the webhook"
          onClick={() => void test()}
        >
          Send a test
        </Button>
      }
    >
      <div className="stack">
        <Tick
          label="Send alerts to a webhook"
          checked={webhook.enabled}
          disabled={!webhook.has_url && !webhook.enabled}
          onChange={(enabled) => onChange({ webhook: { enabled } })}
        >
          Send alerts to a webhook
        </Tick>
        <div className="fields">
          <TextField
            wide
            type="password"
            label="Address"
            value={url}
            placeholder={webhook.has_url ? 'kept; type another to replace it' : 'https://…'}
            error={
              webhook.enabled && !webhook.has_url ? 'Alerts are sent to no webhook: its address is not known' : null
            }
            {...(help === null ? {} : { help })}
            onChange={setUrl}
          />
          <Field label="Format">
            {(ids) => (
              <Select
                {...ids}
                label="Format"
                value={webhook.format}
                choices={formats}
                onChange={(format) => onChange({ webhook: { format } })}
              />
            )}
          </Field>
        </div>
        <div className="row">
          <Button disabled={url.trim() === ''} onClick={() => keepUrl(url.trim())}>
            Keep the address
          </Button>
          <Button look="quiet" disabled={!webhook.has_url} onClick={() => keepUrl(null)}>
            Forget it
          </Button>
        </div>
      </div>
    </Panel>
  );
}
