import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, heldTo, startDesktop, test } from './desktop';

test('a damaged file keeps no window closed; it is put aside, and what is to be done is said', async () => {
  const home = mkdtempSync(join(tmpdir(), 'astro-sync-damaged-'));
  for (const name of ['window', 'secrets', 'settings']) writeFileSync(join(home, `${name}.json`), '{"bounds": {"x"');
  // The double takes this start for one of a package; the real binary knows better, and has developer tools here.
  const desktop = await startDesktop(home, [], { ELECTRON_DOUBLE_PACKAGED: '1' });
  const { app, page } = desktop;
  try {
    await expect(page.getByRole('heading', { name: 'Environments', level: 1 })).toBeVisible();
    for (const what of ['saved secrets', 'settings', 'the place of the window'])
      await expect(page.getByRole('alert').filter({ hasText: `The file of ${what} was damaged` })).toBeVisible();
    await expect(page.getByText('Saved passwords have to be typed again')).toBeVisible();
    const aside = readdirSync(home).filter((name) => name.includes('.damaged-'));
    expect(aside).toHaveLength(3);
    for (const name of aside) expect(readFileSync(join(home, name), 'utf8')).toBe('{"bounds": {"x"');
    const { packaged, preferences } = await heldTo(desktop);
    expect(preferences).toMatchObject([{ devTools: !packaged }]);
  } finally {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  }
});
