import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appId } from './app-id';

test('the program calls itself as its package is called', () => {
  const builder = readFileSync(join(import.meta.dirname, '../../electron-builder.config.mjs'), 'utf8');
  expect(/^ {2}appId: '(.+)',$/mu.exec(builder)?.[1]).toBe(appId);
});
