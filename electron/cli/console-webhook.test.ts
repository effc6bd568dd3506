import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectPage, openLink } from './testing/console-client';
import type { ConsoleClient } from './testing/console-client';
import { createWorkspace } from './testing/workspace';
import type { Call, Workspace } from './testing/workspace';

let workspace: Workspace;
let receiver: Server;
let address: string;
const bodies: string[] = [];

beforeAll(async () => {
  receiver = createServer((request, answer) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => answer.end());
  });
  await new Promise<void>((done) => {
    receiver.listen(0, '127.0.0.1', done);
  });
  address = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/hidden-part`;
  workspace = await createWorkspace({}, { ASTRO_SYNC_OPERATOR: 'olga' });
});

afterAll(async () => {
  receiver.close();
  await workspace.remove();
});

/** A console that began, what it said until its link stood there, and a page on it. */
async function started(words: readonly string[], env: Readonly<Record<string, string>>) {
  const home = join(workspace.folder, 'home');
  const call = workspace.start(['console', '--no-open', ...words], { env: { ASTRO_SYNC_HOME: home, ...env } });
  const link = await new Promise<string>((resolve, reject) => {
    let text = '';
    call.child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.trim());
    });
    void call.ended.then(({ stderr }) => {
      reject(new Error(stderr));
    });
  });
  return { call, page: await connectPage(await openLink(link)) };
}

/** Ends it. @returns all that it said on stderr */
async function said({ call, page }: { readonly call: Call; readonly page: ConsoleClient }): Promise<string> {
  page.close();
  call.child.kill('SIGTERM');
  return (await call.ended).stderr;
}

it('posts to the address that is given at the start, by a variable or a private file, which stays a secret', async () => {
  const file = join(workspace.folder, 'hook');
  await writeFile(file, `${address}\n`, { mode: 0o600 });
  for (const [words, env] of [
    [[], { ASTRO_SYNC_WEBHOOK_URL: address }],
    [['--webhook-file', file], {}],
  ] as const) {
    bodies.length = 0;
    const console = await started(words, env);
    expect(await console.page.call('settings.set', { webhook: { enabled: true } })).toMatchObject({
      webhook: { enabled: true, has_url: true },
    });
    expect(await console.page.call('alerts.testWebhook', {})).toMatchObject({ delivered: true });
    expect(JSON.parse(bodies.join(''))).toHaveProperty('title');
    expect(await said(console)).not.toContain('webhook');
  }
});

it('says at the start that alerts are to be sent, and whereto is not known', async () => {
  const first = await started([], {});
  await first.page.call('settings.set', { webhook: { enabled: true } });
  await said(first);
  const second = await started([], {});
  expect(await second.page.call('settings.get', {})).toMatchObject({ webhook: { enabled: true, has_url: false } });
  expect(await said(second)).toContain('Give it by --webhook-file or ASTRO_SYNC_WEBHOOK_URL');
});

it('takes no address from a file that others may read, and none that is not https', async () => {
  const file = join(workspace.folder, 'open');
  await writeFile(file, address);
  await chmod(file, 0o644);
  const open = await workspace.start(['console', '--no-open', '--webhook-file', file]).ended;
  expect(open.code).toBe(2);
  expect(open.stderr).toMatch(/SECRET_UNAVAILABLE.*others may read or change .*open \(mode 0644\)[\s\S]*chmod 600/u);

  const clear = await workspace.start(['console', '--no-open'], {
    env: { ASTRO_SYNC_WEBHOOK_URL: 'http://hooks.example.com/hidden-part' },
  }).ended;
  expect(clear.code).toBe(2);
  expect(clear.stderr).toMatch(/SETTING_INVALID.*ASTRO_SYNC_WEBHOOK_URL.*https/u);
  expect(open.stderr + clear.stderr).not.toContain('hidden-part');
});
