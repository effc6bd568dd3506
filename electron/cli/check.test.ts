import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminalBench } from './testing/terminal-bench';
import type { TerminalBench } from './testing/terminal-bench';

const cities = {
  name: 'cities',
  source: { database: 'operations', table: 'public.cities' },
  target: { database: 'system', table: 'public.cities' },
};

describe('check of a role without rights', () => {
  let bench: TerminalBench;
  const role = `checker_${randomBytes(4).toString('hex')}`;

  beforeAll(async () => {
    bench = await openTerminalBench([cities]);
    const table = 'CREATE TABLE public.cities (id bigint PRIMARY KEY, name text)';
    await bench.operations.query(`CREATE ROLE ${role} LOGIN PASSWORD 'pw'; ${table}`);
    await bench.system.query(table);
    const { operations, system } = bench.databases;
    await bench.write(
      'astro-sync.yaml',
      bench.environment({
        databases: Object.fromEntries(
          Object.entries({ operations, system }).map(([name, database]) => {
            const url = new URL(database.urlAs(role, 'pw'));
            url.password = '';
            return [name, { engine: 'postgres', url: url.href, password: { env: 'ROLE_PASSWORD' } }];
          }),
        ),
      }),
    );
  });
  afterAll(async () => {
    await bench.system.query(`DROP OWNED BY ${role}`);
    await bench.operations.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await bench.close();
  });

  async function check() {
    return bench.start(['check'], { env: { ROLE_PASSWORD: 'pw' } }).ended;
  }

  it('counts the statements that it lists, those that are only worth having by themselves, at the first database', async () => {
    const { code, stdout } = await check();
    expect(code).toBe(2);
    const [operations = '', system = ''] = stdout.split(/\n(?=✗ system)/);
    for (const part of [operations, system]) {
      const [, count] = /lacks (\d+) grants?\n/.exec(part) ?? [];
      const needed = (part.split('Rights are missing')[1] ?? '').split('Not needed')[0] ?? '';
      expect(needed.match(/^ {4}GRANT /gm)).toHaveLength(Number(count));
    }
    expect(operations).toMatch(
      /! Not needed by runs, but worth having; .* may run:\n\n( {4}.*\n)* {4}GRANT astro_sync TO /,
    );
    expect(system).not.toContain('GRANT astro_sync TO');
  });

  it('is ready with what is needed alone', async () => {
    await bench.operations.query(
      `GRANT CREATE ON DATABASE ${bench.databases.operations.name} TO ${role}; GRANT SELECT, TRIGGER ON public.cities TO ${role}`,
    );
    await bench.system.query(
      `GRANT CREATE ON DATABASE ${bench.databases.system.name} TO ${role}; GRANT SELECT, INSERT, UPDATE, DELETE ON public.cities TO ${role}`,
    );
    const { code, stdout } = await check();
    expect(stdout).toContain('! ready, but 1 dataset not initialised: astro-sync init');
    expect(stdout).toContain('! Not needed by runs, but worth having');
    expect(code).toBe(0);
  });
});
