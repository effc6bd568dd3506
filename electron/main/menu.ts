import type { MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  /** Shows the window, at that place. */
  readonly open: (place: string) => void;
  readonly quit: () => void;
}

const views: readonly (readonly [label: string, place: string, key: string])[] = [
  ['Overview', '/overview', '1'],
  ['Queue', '/queue', '2'],
  ['Runs', '/runs', '3'],
  ['Origins', '/origins', '4'],
  ['Datasets', '/datasets', '5'],
  ['Environments', '/environments', '6'],
];

/** The native menu: what the system knows by role, and the ways into the page. */
export function menuTemplate(
  platform: NodeJS.Platform,
  developerTools: boolean,
  { open, quit }: MenuActions,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: 'Settings…',
    accelerator: 'CmdOrCtrl+,',
    click: () => open('/settings'),
  };
  const about: MenuItemConstructorOptions = { label: 'About and support', click: () => open('/about') };
  const end: MenuItemConstructorOptions = { label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: quit };
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return [
    ...(mac
      ? [
          {
            role: 'appMenu' as const,
            submenu: [
              about,
              separator,
              settings,
              separator,
              { role: 'services' as const },
              { role: 'hide' as const },
              { role: 'hideOthers' as const },
              { role: 'unhide' as const },
              separator,
              end,
            ],
          },
        ]
      : []),
    { role: 'fileMenu', submenu: [...(mac ? [] : [settings, separator]), { role: 'close' }, ...(mac ? [] : [end])] },
    { role: 'editMenu' },
    {
      role: 'viewMenu',
      submenu: [
        ...views.map(([label, place, key]) => ({
          label,
          accelerator: `CmdOrCtrl+${key}`,
          click: () => {
            open(place);
          },
        })),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...(developerTools ? [separator, { role: 'reload' as const }, { role: 'toggleDevTools' as const }] : []),
      ],
    },
    { role: 'windowMenu' },
    ...(mac ? [] : [{ role: 'help' as const, submenu: [about] }]),
  ];
}

/** The tray's menu: nothing in it starts anything by itself. */
export function trayTemplate(summary: string, { open, quit }: MenuActions): MenuItemConstructorOptions[] {
  return [
    { label: summary, enabled: false },
    { type: 'separator' },
    { label: 'Show the console', click: () => open('') },
    { label: 'Sync all…', click: () => open('/overview?sync=all') },
    { label: 'Alerts', click: () => open('/alerts') },
    { type: 'separator' },
    { label: 'Quit', click: quit },
  ];
}
