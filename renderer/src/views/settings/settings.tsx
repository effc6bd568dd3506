import { FolderOpen } from 'lucide-react';
import type { SettingsPatch } from '../../../../shared/contract/settings';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { Field } from '../../components/field';
import { Page, Panel } from '../../components/page';
import { Select } from '../../components/select';
import { openDataFolder } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';
import { DamagedFiles } from '../environments/damaged-files';
import { AlertSettings } from './alert-settings';
import { KeySettings } from './key-settings';
import { WebhookSettings } from './webhook-settings';

const themes = [
  { value: 'system', text: 'As the system' },
  { value: 'light', text: 'Light' },
  { value: 'dark', text: 'Dark' },
] as const;
const densities = [
  { value: 'comfortable', text: 'Comfortable' },
  { value: 'compact', text: 'Compact' },
] as const;
const levels = (['debug', 'info', 'warn', 'error'] as const).map((value) => ({ value, text: value }));

/** Keeps a change of the settings. */
function keep(patch: SettingsPatch): void {
  call('settings.set', patch).then(
    (settings) => useConsole.setState({ settings }),
    (error: unknown) => toastFailure('The setting was not kept', error),
  );
}

export function SettingsView() {
  const settings = useConsole((state) => state.settings);
  const info = useConsole((state) => state.info);
  const damaged = useResource('profiles.list', {}).data?.damaged ?? [];
  return (
    <Page
      title="Settings"
      about={
        info?.temporary === true
          ? 'Kept until the demo ends, as environments that are saved here; a console of your own keeps both.'
          : 'Kept on this computer.'
      }
    >
      <DamagedFiles files={damaged.filter(({ what }) => what === 'settings')} />
      <Panel title="Appearance">
        <div className="fields">
          <Field label="Theme">
            {(ids) => (
              <Select
                {...ids}
                label="Theme"
                value={settings.theme}
                choices={themes}
                onChange={(theme) => keep({ theme })}
              />
            )}
          </Field>
          <Field label="Density">
            {(ids) => (
              <Select
                {...ids}
                label="Density"
                value={settings.density}
                choices={densities}
                onChange={(density) => keep({ density })}
              />
            )}
          </Field>
        </div>
      </Panel>
      <AlertSettings settings={settings} onChange={keep} />
      <WebhookSettings settings={settings} onChange={keep} />
      <KeySettings map={settings.key_map} onChange={(map) => keep({ key_map: map })} />
      <Panel title="Log and data">
        <div className="stack">
          <div className="fields">
            <Field label="Log level">
              {(ids) => (
                <Select
                  {...ids}
                  label="Log level"
                  value={settings.log_level}
                  choices={levels}
                  onChange={(level) => keep({ log_level: level })}
                />
              )}
            </Field>
          </div>
          <dl className="facts">
            <dt>Data folder</dt>
            <dd>
              <code>{info?.data_folder ?? '–'}</code>{' '}
              {info === null ? null : (
                <>
                  <CopyButton text={info.data_folder}>Copy</CopyButton>
                  <Button
                    small
                    look="quiet"
                    icon={<FolderOpen size={13} aria-hidden />}
                    onClick={() => void openDataFolder()}
                  >
                    Open
                  </Button>
                </>
              )}
            </dd>
            <dt>Log file</dt>
            <dd>
              <code>{info?.log_file ?? 'none'}</code>{' '}
              {(info?.log_file ?? null) === null ? null : <CopyButton text={info?.log_file ?? ''}>Copy</CopyButton>}
            </dd>
          </dl>
        </div>
      </Panel>
    </Page>
  );
}
