import { useEffect } from 'react';
import { useConsole } from '../../store/console-store';
import { invalidate } from '../../store/resource';
import { call } from '../../wire/call';

/** Who looks at a run has read what the alerts say of it, from wherever it was opened. */
export function useReadAlerts(run: string | null): void {
  const unread = useConsole((state) => state.unread);
  useEffect(() => {
    if (run === null || unread === 0) return;
    const look = (): void => {
      if (!document.hidden) void markRead(run).catch(() => undefined);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [run, unread]);
}

async function markRead(run: string): Promise<void> {
  const { alerts } = await call('alerts.list', {});
  const ids = alerts.filter((alert) => alert.run === run && !alert.read).map(({ id }) => id);
  if (ids.length === 0) return;
  await call('alerts.markRead', { ids });
  invalidate('alerts.list');
}
