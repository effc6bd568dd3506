import { useState } from 'react';
import type { Settings, SettingsPatch } from '../../../../shared/contract/settings';
import { Button } from '../../components/button';
import { Chips } from '../../components/chips';
import { TextField } from '../../components/field';
import { Panel } from '../../components/page';
import { Tick } from '../../components/tick';
import { alertWords } from '../../format/alert-words';
import { toast, toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';
import { AlertEnvironments } from './alert-environments';

const reasons = (['failed', 'partial', 'interrupted', 'stalled', 'cancelled', 'succeeded'] as const).map((value) => ({
  value,
  text: alertWords[value],
}));

/** What raises a notice, and when it stays quiet. */
export function AlertSettings({
  settings: { alerts },
  onChange,
}: {
  readonly settings: Settings;
  readonly onChange: (patch: SettingsPatch) => void;
}) {
  const [stall, setStall] = useState<string | null>(null);
  const quiet = alerts.quiet_hours;
  const set = (change: Partial<Settings['alerts']>): void => onChange({ alerts: change });
  const test = (): void => {
    call('alerts.testNotice', {}).then(
      ({ shown, detail }) =>
        toast({
          tone: shown ? 'good' : 'warn',
          title: shown ? 'A test notice was sent' : 'No notice could be shown',
          detail,
        }),
      (error: unknown) => toastFailure('No notice could be sent', error),
    );
  };
  return (
    <Panel
      title="Alerts"
      actions={
        <Button small onClick={test}>
          Send a test notice
        </Button>
      }
    >
      <div className="stack">
        <Tick label="Show notices" checked={alerts.enabled} onChange={(enabled) => set({ enabled })}>
          Show a notice of the system; without it alerts go to the inbox, and to the webhook where one is set
        </Tick>
        <div className="row row--wrap">
          <span className="soft">Alerts of runs that are</span>
          <Chips
            label="Results that raise an alert"
            choices={reasons}
            chosen={alerts.reasons}
            onChange={(next) => set({ reasons: next })}
          />
          {alerts.reasons.length === 0 ? <span className="warn">None is chosen: nothing raises an alert.</span> : null}
        </div>
        <AlertEnvironments chosen={alerts.environments} onChange={(environments) => set({ environments })} />
        <Tick label="Sound" checked={alerts.sound} onChange={(sound) => set({ sound })}>
          With a sound
        </Tick>
        <Tick
          label="Quiet hours"
          checked={quiet !== null}
          onChange={(on) => set({ quiet_hours: on ? { from: '20:00', to: '07:00' } : null })}
        >
          Quiet hours: alerts go to the inbox alone, neither to the system nor to the webhook
        </Tick>
        <div className="fields">
          {quiet === null ? null : (
            <>
              <TextField
                type="time"
                label="From"
                value={quiet.from}
                onChange={(from) => set({ quiet_hours: { ...quiet, from } })}
              />
              <TextField
                type="time"
                label="To"
                value={quiet.to}
                onChange={(to) => set({ quiet_hours: { ...quiet, to } })}
              />
            </>
          )}
          <TextField
            label="A run is stalled after (seconds)"
            inputMode="numeric"
            value={stall ?? String(alerts.stall_s)}
            onChange={setStall}
            onBlur={() => {
              const seconds = Number(stall);
              if (Number.isInteger(seconds) && seconds >= 10 && seconds <= 86_400) set({ stall_s: seconds });
              setStall(null);
            }}
          />
        </div>
      </div>
    </Panel>
  );
}
