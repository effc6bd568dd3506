import type { Alert } from '../../../shared/contract/alert';
import type { Settings } from '../../../shared/contract/settings';

type AlertSettings = Settings['alerts'];

/** Those that stay on screen until somebody has seen them. */
export const urgent: ReadonlySet<Alert['reason']> = new Set(['failed', 'interrupted', 'stalled']);

/** Whether an alert is raised at all: by its reason and its environment. Whether a notice is shown is asked later. */
export function isWanted(alert: Pick<Alert, 'reason' | 'environment'>, settings: AlertSettings): boolean {
  return (
    settings.reasons.includes(alert.reason) &&
    (settings.environments === null || settings.environments.includes(alert.environment))
  );
}

/** Whether alerts go to the inbox alone now. Hours may span midnight; a span without length is none. */
export function isQuiet({ quiet_hours: hours }: AlertSettings, now: Date): boolean {
  if (hours === null) return false;
  const minutes = now.getHours() * 60 + now.getMinutes();
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  if (from === null || to === null || from === to) return false;
  return from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

function minutesOf(time: string): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/u.exec(time) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}
