import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const built = resolve(import.meta.dirname, '../out/main');

/** A built file and all that it loads before it runs. */
function loadedBy(file: string): string[] {
  const found = new Set<string>();
  const waiting = [file];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const code = readFileSync(path, 'utf8');
    for (const [, name = ''] of code.matchAll(/^(?:import|export)\b[^;"]*"(\.[^"]+)"/gmu))
      waiting.push(join(dirname(path), name));
  }
  return [...found];
}

/** What stands in the code of each: neither a driver nor the tunnel's library is needed before an environment is used. */
const heavy = {
  pg: 'getStreamFuncs',
  ioredis: 'MaxRetriesPerRequestError',
  ssh2: 'from "ssh2"',
  'node-notifier': 'from "node-notifier"',
  yaml: 'BLOCK_FOLDED',
} as const;

test.each(['cli.js', 'index.js'])('%s begins without what only an open environment needs', (program) => {
  const host =
    program === 'cli.js' ? readdirSync(join(built, 'chunks')).find((name) => name.startsWith('serve-console-')) : null;
  const start = host === null || host === undefined ? program : join('chunks', host);
  const code = loadedBy(join(built, start))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  expect(Object.entries(heavy).flatMap(([name, mark]) => (code.includes(mark) ? [name] : []))).toEqual([]);
});

test('the marks by which they are known stand in what was built', () => {
  const all = readdirSync(join(built, 'chunks')).map((name) => readFileSync(join(built, 'chunks', name), 'utf8'));
  for (const mark of [heavy.pg, heavy.ioredis, heavy.yaml])
    expect(
      all.some((code) => code.includes(mark)),
      mark,
    ).toBe(true);
});
