import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { countsSchema } from '../../shared/engine/counts';
import { datasetDocumentSchema, jobSchema, originSchema, runDocumentSchema } from '../../shared/engine/documents';
import { exitCode } from './exit-code';
import { astroSyncProgram } from './program';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));

const program = astroSyncProgram(() => Promise.resolve(), '0');
const commands = (parent: Command, before = ''): (readonly [string, Command])[] =>
  parent.commands.flatMap((command) => {
    const name = `${before}${command.name()}`;
    return [[name, command] as const, ...commands(command, `${name} `)];
  });

describe('the page on the terminal', () => {
  const page = read('docs/cli.md');
  const lineOf = (start: string): string => page.split('\n').find((line) => line.startsWith(start)) ?? '';

  it.each(commands(program))('names command %s with every option', (name, command) => {
    const row = lineOf(`| \`${name}`);
    expect(row, `a row for ${name}`).not.toBe('');
    for (const { long } of command.options) expect(row).toContain(`\`${long ?? ''}`);
  });

  it('names the options of every command', () => {
    for (const { long } of program.options) if (long !== '--version') expect(page).toContain(`\`${long ?? ''}`);
  });

  it('names every exit code', () => {
    for (const code of Object.values(exitCode)) expect(lineOf(`| ${String(code)} |`)).not.toBe('');
  });

  it('names every field of the documents that are printed', () => {
    const schemas = [runDocumentSchema, datasetDocumentSchema, countsSchema, jobSchema, originSchema];
    for (const field of schemas.flatMap(({ shape }) => Object.keys(shape))) expect(page).toMatch(`"${field}"`);
  });
});

describe('every page', () => {
  it.each(pages)('%s can be reached from the README', (name) => {
    expect(read('README.md')).toContain(`(docs/${name})`);
  });

  it.each(['README.md', 'CONTRIBUTING.md', ...pages.map((name) => `docs/${name}`)])(
    '%s leads nowhere but to what is there',
    (file) => {
      for (const [, target = ''] of read(file).matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        expect(existsSync(resolve(root, dirname(file), target)), target).toBe(true);
      }
    },
  );
});

describe('the help of a command', () => {
  it.each(commands(program).filter(([name]) => name !== 'runs'))('%s has an example', (name, command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain(`  astro-sync ${name}`);
  });
});
