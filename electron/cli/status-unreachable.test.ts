import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkReportSchema, statusReportSchema } from '../../shared/engine/reports';
import { openTerminalBench } from './testing/terminal-bench';
import type { TerminalBench } from './testing/terminal-bench';

const dataset = (name: string) => ({
  name,
  source: { database: 'operations', table: name },
  target: { database: 'system', table: name },
});

describe('status where a source cannot be reached', () => {
  let bench: TerminalBench;

  beforeAll(async () => {
    bench = await openTerminalBench([dataset('cities'), dataset('towns')]);
    const ddl = 'CREATE TABLE cities (id bigint PRIMARY KEY); CREATE TABLE towns (id bigint PRIMARY KEY)';
    await bench.operations.query(ddl);
    await bench.system.query(ddl);
    await bench.sync('init');
    const { system } = bench.environment({})['databases'] as Record<string, unknown>;
    await bench.write(
      'astro-sync.yaml',
      bench.environment({
        databases: { operations: { engine: 'postgres', url: 'postgres://nobody@127.0.0.1:1/away' }, system },
      }),
    );
  });
  afterAll(() => bench.close());

  it('says that it does not know, once for each database, and exits 5', async () => {
    const { code, stdout } = await bench.sync('status');
    expect(code).toBe(5);
    expect(stdout).not.toMatch(/not initialised|– off/);
    expect(stdout).toMatch(/cities .*\? unknown/);
    expect(stdout.match(/ECONNREFUSED/g)).toHaveLength(1);
    const { document } = await bench.report('status');
    expect(statusReportSchema.parse(document)).toMatchObject({
      datasets: [
        { name: 'cities', installed: null, unrelayed: null, error: { code: 'CONNECT_FAILED' } },
        { name: 'towns', installed: null },
      ],
      sources: [{ database: 'operations', installed: null, unrelayed: null }],
    });
  });

  it('shows what it can, in status and check, where the server that is away is pinned', async () => {
    const { system } = bench.environment({})['databases'] as Record<string, unknown>;
    const operations = { engine: 'postgres', url: 'postgres://nobody@127.0.0.1:1/away', identity: '1/2' };
    await bench.write('pinned.yaml', bench.environment({ databases: { operations, system } }));
    const { code, stdout } = await bench.sync('-e', 'pinned.yaml', 'status');
    expect(code).toBe(5);
    expect(stdout).toMatch(/cities .*\? unknown/);
    expect(stdout.match(/ECONNREFUSED/g)).toHaveLength(1);
    expect(stdout.match(/does not answer/g)).toHaveLength(1);
    const check = await bench.sync('-e', 'pinned.yaml', 'check');
    expect(check.code).toBe(5);
    expect(check.stdout).toContain('system');
  });

  it('gives check no hint to do what it does', async () => {
    const { code, stdout } = await bench.sync('check');
    expect(code).toBe(5);
    expect(stdout).not.toContain('astro-sync check');
    const { document } = await bench.report('check');
    const report = checkReportSchema.parse(document);
    expect(report.datasets.map(({ error }) => error?.hint ?? '').join()).not.toContain('astro-sync check');
  });
});
