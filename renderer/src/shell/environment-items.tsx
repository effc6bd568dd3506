import { ListChecks, LogOut, Server } from 'lucide-react';
import type { MenuItem } from '../components/menu';
import { go } from '../router/router';
import { toastFailure } from '../store/toasts';
import { call } from '../wire/call';

/** What can be done with the open environment from the title bar. */
export function environmentItems(): readonly MenuItem[] {
  return [
    {
      text: 'Check connections and rights',
      icon: <ListChecks size={14} aria-hidden />,
      onChoose: () => go('/check'),
    },
    { text: 'All environments', icon: <Server size={14} aria-hidden />, onChoose: () => go('/environments') },
    {
      text: 'Close this environment',
      icon: <LogOut size={14} aria-hidden />,
      onChoose: () => {
        call('session.close', {}).then(
          () => go('/environments'),
          (error: unknown) => toastFailure('The environment stays open', error),
        );
      },
    },
  ];
}
