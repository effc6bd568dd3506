import { AppWindow, ListChecks, LogOut, Server } from 'lucide-react';
import type { AppInfo } from '../../../shared/contract/methods/app';
import type { MenuItem } from '../components/menu';
import { go } from '../router/router';
import { toastFailure } from '../store/toasts';
import { call } from '../wire/call';

/**
 * What can be done with the open environment from the title bar.
 * @param host another browser comes in to the web console alone
 */
export function environmentItems(host: AppInfo['host'] | undefined): readonly MenuItem[] {
  return [
    {
      text: 'Check connections and rights',
      icon: <ListChecks size={14} aria-hidden />,
      onChoose: () => go('/check'),
    },
    { text: 'All environments', icon: <Server size={14} aria-hidden />, onChoose: () => go('/environments') },
    ...(host === 'web'
      ? [
          {
            text: 'Open in another browser',
            icon: <AppWindow size={14} aria-hidden />,
            onChoose: () => go('/about'),
          },
        ]
      : []),
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
