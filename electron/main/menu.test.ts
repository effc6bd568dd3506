import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { menuTemplate, trayTemplate } from './menu';

function bench() {
  const did: string[] = [];
  const actions = { open: (place: string) => did.push(`open ${place}`), quit: () => did.push('quit') };
  const click = (items: readonly MenuItemConstructorOptions[], label: string): void => {
    const item = items.find((each) => each.label === label);
    expect(item, label).toBeDefined();
    (item?.click as (() => void) | undefined)?.();
  };
  return { did, actions, click };
}

function all(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? all(item.submenu) : [])]);
}

test('the tray says what goes on, and leads to places where something may be started; nothing in it starts anything', () => {
  const { did, actions, click } = bench();
  const items = trayTemplate('eu: idle', actions);
  expect(items[0]).toMatchObject({ label: 'eu: idle', enabled: false });
  for (const label of ['Show the console', 'Sync all…', 'Alerts', 'Quit']) click(items, label);
  expect(did).toEqual(['open ', 'open /overview?sync=all', 'open /alerts', 'quit']);
});

test.each(['linux', 'win32', 'darwin'] as const)(
  'the menu of %s leads to every view, to settings and to quitting',
  (platform) => {
    const { did, actions, click } = bench();
    const items = all(menuTemplate(platform, false, actions));
    for (const label of [
      'Overview',
      'Queue',
      'Runs',
      'Origins',
      'Datasets',
      'Environments',
      'Settings…',
      'About and support',
    ])
      click(items, label);
    click(items, 'Quit');
    expect(did).toEqual([
      'open /overview',
      'open /queue',
      'open /runs',
      'open /origins',
      'open /datasets',
      'open /environments',
      'open /settings',
      'open /about',
      'quit',
    ]);
  },
);

test('only those who develop it find the developer tools', () => {
  const { actions } = bench();
  const roles = (developer: boolean) => all(menuTemplate('linux', developer, actions)).map(({ role }) => role);
  expect(roles(false)).not.toContain('toggleDevTools');
  expect(roles(false)).not.toContain('reload');
  expect(roles(true)).toContain('toggleDevTools');
});
