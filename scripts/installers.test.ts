import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import config from '../electron-builder.config.mjs';

// The installers themselves want downloads, and each its own system: what can be known before is asked for here.
const checkout = resolve(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as Record<string, unknown>;

/** What the packer itself checks first. */
const { validateConfiguration } = createRequire(import.meta.url)('app-builder-lib/out/util/config/config.js') as {
  readonly validateConfiguration: (given: unknown, log: { readonly isEnabled: boolean }) => Promise<void>;
};

describe('the configuration of the installers', () => {
  test('is one that the packer takes', async () => {
    await validateConfiguration(config, { isEnabled: false });
    await expect(validateConfiguration({ ...config, nsis: { oneclick: false } }, { isEnabled: false })).rejects.toThrow(
      /configuration\.nsis/u,
    );
  });

  test('names the installers of each system', () => {
    expect(config.win?.target).toEqual(['nsis']);
    expect(config.mac?.target).toEqual(['dmg', 'zip']);
    expect(config.linux?.target).toEqual(['AppImage', 'deb', 'rpm']);
  });

  test('names files that are there', () => {
    const { win, mac, linux } = config;
    for (const file of [win?.icon, mac?.icon, mac?.entitlements, mac?.entitlementsInherit, linux?.icon]) {
      expect(typeof file).toBe('string');
      expect(existsSync(join(checkout, file!)), file!).toBe(true);
    }
  });

  test('runs hardened on macOS, with no more rights than the program needs', () => {
    expect(config.mac?.hardenedRuntime).toBe(true);
    const rights = readFileSync(join(checkout, String(config.mac?.entitlements)), 'utf8');
    expect([...rights.matchAll(/<key>([^<]+)<\/key>/gu)].map(([, key]) => key)).toEqual([
      'com.apple.security.cs.allow-jit',
      'com.apple.security.network.client',
    ]);
  });

  test('says what deb and rpm want to know of a program', () => {
    expect(manifest).toMatchObject({
      homepage: expect.stringMatching(/^https:\/\//u),
      description: expect.stringMatching(/\S/u),
      license: 'MIT',
      author: { name: expect.stringMatching(/\S/u), email: expect.stringMatching(/^\S+@\S+$/u) },
    });
    expect(config.linux?.maintainer).toMatch(/^.+ <\S+@\S+>$/u);
    expect(config.linux?.vendor).toMatch(/\S/u);
  });
});
