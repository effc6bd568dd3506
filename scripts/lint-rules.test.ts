import { resolve } from 'node:path';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';

const checkout = resolve(import.meta.dirname, '..');

/** What the rule for windows says of a text, were it that file. */
async function said(file: string, text: string): Promise<string[]> {
  const config = (await new ESLint({ cwd: checkout }).calculateConfigForFile(resolve(checkout, file))) as Linter.Config;
  const rule = config.rules?.['no-restricted-syntax'] ?? 'off';
  return new Linter()
    .verify(
      text,
      [
        {
          files: ['**/*.ts'],
          languageOptions: { parser: tseslint.parser },
          rules: { 'no-restricted-syntax': rule },
        },
      ],
      'a.ts',
    )
    .map(({ message }) => message);
}

test.each([
  "import { BrowserWindow } from 'electron';",
  "import { app, WebContentsView as View } from 'electron';",
  "import * as electron from 'electron';",
  "import electron from 'electron';",
  "const { BrowserWindow } = await import('electron'); new BrowserWindow({});",
  'export const second = (electron: Electron) => new electron.BrowserWindow({});',
])('no second place makes windows: %s', async (text) => {
  for (const file of ['electron/main/tray.ts', 'electron/console/anew.ts']) {
    expect(await said(file, text)).toContain('Windows are made by openWindow in electron/main/window.ts alone.');
  }
  expect(await said('electron/main/window.ts', text)).toEqual([]);
});

test('the type of a window may be named anywhere', async () => {
  const text = "import type { BrowserWindow } from 'electron'; export const hide = (it: BrowserWindow) => it.hide();";
  expect(await said('electron/main/tray.ts', text)).toEqual([]);
});
