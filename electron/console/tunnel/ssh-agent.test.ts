import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Tunnel } from '../../../shared/contract/profile';
import { knownHostLine, newKey, startSshHost } from '../testing/ssh-host';
import type { KeyPair, SshHost } from '../testing/ssh-host';
import { openTunnel } from './tunnel';

const hasAgent = process.platform !== 'win32' && spawnSync('ssh-agent', ['-h']).error === undefined;

/** A real ssh-agent that holds one key, on a socket of its own. */
describe.skipIf(!hasAgent)('a login by the SSH agent', () => {
  let folder: string;
  let socket: string;
  let agent: number;
  let user: KeyPair;
  let host: SshHost;

  const add = async (key: KeyPair): Promise<void> => {
    const file = join(folder, 'key');
    await writeFile(file, key.private, { mode: 0o600 });
    execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
    await rm(file);
  };
  const tunnel = async (): Promise<Tunnel> => {
    const known = join(folder, 'known_hosts');
    await writeFile(known, knownHostLine(host.port, host.key));
    return {
      host: '127.0.0.1',
      port: host.port,
      user: 'deploy',
      auth: { kind: 'agent' },
      known_hosts: known,
      keep_alive_s: 10,
    };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'astro-sync-agent-'));
    socket = join(folder, 'agent');
    const said = execFileSync('ssh-agent', ['-s', '-a', socket]).toString();
    agent = Number(/SSH_AGENT_PID=(\d+)/u.exec(said)?.[1]);
    user = newKey();
    host = await startSshHost(user);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  afterAll(async () => {
    await host.stop();
    process.kill(agent);
    await rm(folder, { recursive: true, force: true });
  });

  it('is refused where the agent holds no key that the host knows, and says what to look at', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    await add(newKey());
    await expect(openTunnel(await tunnel(), {}, undefined)).rejects.toMatchObject({
      code: 'TUNNEL_FAILED',
      message: expect.stringContaining('the host refuses the login of deploy'),
      hint: expect.stringContaining('ssh-add -l'),
    });
  });

  it('works with a key of the agent that lies in no file', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    await add(user);
    const open = await openTunnel(await tunnel(), {}, undefined);
    expect(host.logins()).toBe(1);
    await open.close();
  });

  it('says that no agent is running, or that none answers', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', '');
    await expect(openTunnel(await tunnel(), {}, undefined)).rejects.toMatchObject({
      code: 'TUNNEL_FAILED',
      message: expect.stringContaining('no SSH agent is running (SSH_AUTH_SOCK is not set)'),
      hint: 'Start one, or name a key file.',
    });
    vi.stubEnv('SSH_AUTH_SOCK', join(folder, 'nobody'));
    await expect(openTunnel(await tunnel(), {}, undefined)).rejects.toMatchObject({
      code: 'TUNNEL_FAILED',
      message: expect.stringContaining('the SSH agent does not answer'),
    });
  });
});
