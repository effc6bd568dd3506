import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentSecurityPolicy, readAsset } from './asset';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-page-'));
  root = join(folder, 'page');
  await mkdir(root);
  await writeFile(join(root, 'index.html'), '<p>console</p>');
  await writeFile(join(root, 'notes.secret'), 'no');
  await writeFile(join(folder, 'outside.html'), 'no');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('serves the page with its content security policy', async () => {
  const asset = await readAsset(root, '/');
  expect(asset.status).toBe(200);
  expect(asset.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(asset.headers['content-security-policy']).toBe(contentSecurityPolicy);
  expect(new TextDecoder().decode(asset.body)).toBe('<p>console</p>');
});

test.each(['/../outside.html', '/%2e%2e/outside.html', '/..%2foutside.html', '/notes.secret', '/missing.html'])(
  'does not serve %s',
  async (pathname) => {
    expect((await readAsset(root, pathname)).status).toBe(404);
  },
);

test('answers a malformed path as a bad request', async () => {
  expect((await readAsset(root, '/%E0%A4%A')).status).toBe(400);
});
