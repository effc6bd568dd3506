import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetDocument, Phase, RunDocument } from '../shared/engine/documents';
import type { Bench } from './bench';
import type { Databases } from './databases';

/** How one call of the program went. */
export interface SyncRun {
  /** The whole process, from its start to its end. */
  readonly seconds: number;
  readonly dataset: DatasetDocument;
  /** Seconds by phase. */
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  /** Most memory it held; null where the system does not tell. */
  readonly peakMb: number | null;
}

/** A folder with astro-sync.yaml and its datasets, and the built program in it. */
export interface SyncProgram {
  readonly folder: string;
  init(): Promise<void>;
  /** Runs one dataset; throws where the document is not ok. */
  run(dataset: string, mode: 'full' | 'incremental'): Promise<SyncRun>;
  remove(): Promise<void>;
}

/** Writes the definitions of a case into a temporary folder. */
export async function syncProgram(
  bench: Bench,
  databases: Databases,
  datasets: readonly unknown[],
): Promise<SyncProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-bench-'));
  const { postgres } = bench;
  const database = (name: string): object => ({
    engine: 'postgres',
    url: `postgres://${postgres.user}@${postgres.host}:${String(postgres.port)}/${name}`,
    password: { env: 'PGPASSWORD' },
    tls: { mode: 'disable' },
  });
  const { source, target, system } = databases.names;
  const usesRedis = JSON.stringify(datasets).includes('"cache"');
  const cache = usesRedis ? { cache: { engine: 'redis', url: (await bench.redis()).url() } } : {};
  const environment = {
    name: 'bench',
    databases: { source: database(source), target: database(target), system: database(system), ...cache },
  };
  // JSON is YAML too.
  await writeFile(join(folder, 'astro-sync.yaml'), JSON.stringify(environment));
  await mkdir(join(folder, 'datasets'));
  await writeFile(join(folder, 'datasets', 'bench.json'), JSON.stringify(datasets));

  const call = (words: readonly string[]): Promise<Called> => callProgram(bench, folder, databases.variables, words);
  return {
    folder,
    async init() {
      const { code, stderr, stdout } = await call(['init', '--json']);
      if (code !== 0) throw new Error(`astro-sync init ended with ${String(code)}: ${stdout}${stderr}`);
    },
    async run(dataset, mode) {
      const { seconds, stdout, stderr, peakMb } = await call(['run', dataset, '--mode', mode, '--yes', '--json']);
      const document = readDocument(stdout, stderr);
      const [first] = document.datasets;
      if (!document.ok || first?.verified !== true) {
        throw new Error(`astro-sync run ${dataset} was not ok: ${stdout}`);
      }
      const phases = Object.fromEntries(Object.entries(first.phases_ms).map(([phase, ms]) => [phase, ms / 1000]));
      return { seconds, dataset: first, phases, peakMb };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function readDocument(stdout: string, stderr: string): RunDocument {
  try {
    return JSON.parse(stdout) as RunDocument;
  } catch {
    throw new Error(`astro-sync printed no document: ${stdout}${stderr.slice(-2000)}`);
  }
}

interface Called {
  readonly code: number | null;
  readonly seconds: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly peakMb: number | null;
}

function callProgram(
  bench: Bench,
  folder: string,
  variables: Readonly<Record<string, string>>,
  words: readonly string[],
): Promise<Called> {
  return new Promise((done, fail) => {
    const start = performance.now();
    const profiling = (process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean);
    const child = spawn(process.execPath, [...profiling, bench.cli, ...words], {
      cwd: folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', PGPASSWORD: variables['PGPASSWORD'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err]: [string[], string[]] = [[], []];
    let peakMb: number | null = null;
    const watch = setInterval(() => (peakMb = peakMemory(child.pid) ?? peakMb), 50);
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
    child.on('error', fail);
    child.on('close', (code) => {
      clearInterval(watch);
      const seconds = (performance.now() - start) / 1000;
      done({ code, seconds, stdout: out.join(''), stderr: err.join(''), peakMb });
    });
  });
}

/** The kernel's own high-water mark, so that nothing between two looks is missed. */
function peakMemory(pid: number | undefined): number | null {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
