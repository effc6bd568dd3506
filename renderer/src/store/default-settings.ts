import type { Settings } from '../../../shared/contract/settings';

/** Until the host has told the real ones. The contract's own defaults would bring zod into the page. */
export const defaultSettings: Settings = {
  theme: 'system',
  density: 'comfortable',
  log_level: 'info',
  alerts: { enabled: true, reasons: [], environments: null, quiet_hours: null, stall_s: 60, sound: true },
  webhook: { enabled: false, format: 'json', has_url: false, timeout_s: 10, attempts: 3 },
  key_map: {},
};
