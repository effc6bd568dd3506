import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace } from './testing/workspace';
import type { Workspace } from './testing/workspace';

const commands = [
  ['init'],
  ['uninstall'],
  ['status'],
  ['discover'],
  ['check'],
  ['plan'],
  ['run'],
  ['verify'],
  ['runs'],
  ['runs', 'show'],
  ['cancel'],
  ['queue'],
  ['history'],
  ['errors'],
  ['skip'],
  ['prune'],
];

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace({});
});
afterAll(() => workspace.remove());

describe('help', () => {
  it('lists every command', async () => {
    const { code, stdout } = await workspace.sync('--help');
    expect(code).toBe(0);
    for (const [name] of commands) expect(stdout).toMatch(new RegExp(`^  ${name!} `, 'm'));
  });

  it.each(commands.map((command) => [command.join(' '), command] as const))(
    'of %s has an example',
    async (name, words) => {
      const { code, stdout } = await workspace.sync(...words, '--help');
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`Examples?:(\n.*)*\n  astro-sync ${name}`));
      expect(stdout).toContain('--environment <file>');
    },
  );

  it('of the console names no --json, which it has not', async () => {
    expect((await workspace.sync('console', '--help')).stdout).not.toContain('--json');
    expect((await workspace.sync('queue', '--help')).stdout).toContain('--json');
  });

  it('is shown, as an error, where no command is given', async () => {
    const { code, stdout, stderr } = await workspace.sync();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: astro-sync');
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['rnu'], "Unknown command 'rnu'", 'Did you mean run?'],
    ['an unknown option', ['run', '--al'], "Unknown option '--al'", 'Did you mean --all?'],
    ['an option without its value', ['queue', '--limit'], 'argument missing', 'astro-sync queue --help'],
    ['a number that is none', ['queue', '--limit', '1e3'], 'whole number of at least 1', 'astro-sync queue --help'],
    ['a negative number', ['prune', '--days', '-1'], 'whole number of at least 0', 'astro-sync prune --help'],
    ['an unknown mode', ['run', '--all', '--mode', 'fast'], 'auto, incremental, full', 'astro-sync run --help'],
    ['a time that is none', ['queue', '--since', 'noon'], 'Expected a time such as', 'astro-sync queue --help'],
    ['times in the wrong order', ['queue', '--since', '1h', '--until', '2h'], '--since is later', 'Exchange'],
    ['a status that does not exist', ['queue', '--status', 'done'], 'pending, running', 'astro-sync queue --help'],
    ['no dataset to run', ['run'], 'No dataset named', 'astro-sync run --all'],
    ['no dataset to plan', ['plan'], 'No dataset named', 'astro-sync plan --all'],
    ['names and --all', ['run', 'launches', '--all'], 'not both', 'leave out --all'],
    ['a plan and datasets', ['run', 'launches', '--plan', '7'], 'not both', '--plan'],
    ['a plan and a mode', ['run', '--plan', '7', '--mode', 'full'], 'not both', '--plan'],
    ['uninstall without --yes', ['uninstall'], 'needs --yes', 'astro-sync uninstall --yes'],
    ['a run without id', ['runs', 'show'], "Missing required argument 'id'", 'astro-sync runs --help'],
    ['too many words', ['history', 'a', 'b', 'c'], 'Too many arguments', 'astro-sync history --help'],
  ])('%s is refused with a next step', async (_name, words, message, hint) => {
    const { code, stdout, stderr } = await workspace.sync(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error USAGE: /);
    expect(stderr).toContain(message);
    expect(stderr.split('hint:')[1]).toContain(hint);
  });

  it('has no colours where nobody looks, whatever a build server sets', async () => {
    for (const env of [{ CI: 'true' }, { FORCE_COLOR: '1' }]) {
      const { stderr } = await workspace.start(['run'], { env }).ended;
      expect(stderr).toMatch(/^error USAGE: No dataset named\nhint: /);
    }
  });

  it('of a run is a run document with --json, wherever --json stands', async () => {
    for (const words of [
      ['--json', 'run', '--al'],
      ['run', '--al', '--json'],
      ['verify', '--json', '--al'],
    ]) {
      const { code, stdout } = await workspace.sync(...words);
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, id: null, datasets: [], error: { code: 'USAGE' } });
    }
  });

  it('of others is a document with the error', async () => {
    const { code, document } = await workspace.report('queue', '--limit', '0');
    expect(code).toBe(2);
    const message = "Option '--limit <n>' argument '0' is invalid. Expected a whole number of at least 1.";
    expect(document).toEqual({ ok: false, error: { code: 'USAGE', message, hint: 'See astro-sync queue --help.' } });
  });
});

describe('files', () => {
  it('are looked for in the folder, and the missing one is named', async () => {
    const { code, stderr } = await workspace.sync('status');
    expect(code).toBe(2);
    expect(stderr).toContain('error ENVIRONMENT_INVALID: There is no astro-sync.yaml in this folder');
    expect(stderr).toContain('-e');
    expect(stderr).toContain('(Environments, More, Save as file for the terminal); docs/environment.md describes it');
  });

  it.each([
    ['before', ['-e', 'other.yaml', '-d', 'one.yaml', 'plan', '--all']],
    ['after', ['plan', '--all', '--environment=other.yaml', '--datasets', 'one.yaml']],
  ])('are named %s the command', async (_where, words) => {
    await workspace.write('other.yaml', {
      name: 'x',
      databases: { system: { engine: 'postgres', url: 'postgres://h/d' } },
    });
    const { code, document } = await workspace.json(...words);
    expect(code).toBe(2);
    expect(document.error).toMatchObject({ code: 'DATASET_INVALID' });
    expect(document.error?.message).toContain('one.yaml');
  });

  it('with a secret that nobody can be asked for are refused', async () => {
    const system = { engine: 'postgres', url: 'postgres://sync@localhost:1/d', password: { prompt: true } };
    await workspace.write('asks.yaml', { name: 'x', databases: { system } });
    const { code, document } = await workspace.report('runs', '-e', 'asks.yaml');
    expect(code).toBe(2);
    expect(document).toMatchObject({ ok: false, error: { code: 'SECRET_UNAVAILABLE' } });
  });

  it('that name an unreachable server lead to exit code 5, with no secret in what is said', async () => {
    const url = 'postgres://sync:hunter2@localhost:1/d';
    await workspace.write('down.yaml', { name: 'x', databases: { system: { engine: 'postgres', url } } });
    const { code, stdout, stderr } = await workspace.sync('runs', '-e', 'down.yaml');
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('error CONNECT_FAILED');
    expect(stderr).toContain('warning the password of database "system" stands in its url');
    expect(stderr).not.toContain('hunter2');
  });
});
