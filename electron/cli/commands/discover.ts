import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SyncError } from '../../engine/errors';
import type { AddCommand } from '../invocation';
import { exitCode } from '../exit-code';
import { usageError } from '../failure';
import { withEngine } from '../with-engine';

interface Options {
  readonly schema?: string;
  readonly output?: string;
}

export const addDiscover: AddCommand = (program, perform) => {
  const command = program
    .command('discover')
    .description('Write dataset definitions for the tables that two databases have in common')
    .argument('<source>', "the environment's name of the database to read from")
    .argument('<target>', "the environment's name of the database to write to")
    .option('--schema <schema>', 'only tables of this schema')
    .option('-o, --output <file>', 'write to this file, which must not exist yet (default: stdout)')
    .addHelpText(
      'after',
      '\nRead what it wrote before you run it. Example:\n  astro-sync discover operations system --output datasets/found.yaml',
    );
  command.action(() =>
    perform(command, (invocation) =>
      withEngine(invocation, 'none', async ({ engine, untilCancelled }) => {
        const [source = '', target = ''] = command.args;
        const { schema, output } = command.opts<Options>();
        const yaml = await untilCancelled(
          engine.discover({ source, target, ...(schema === undefined ? {} : { schema }) }),
        );
        if (output !== undefined) await writeNew(output, yaml);
        const { parse } = await import('yaml');
        const definitions: unknown = parse(yaml) ?? [];
        return {
          // A file of this form is a dataset file too.
          document: { datasets: Array.isArray(definitions) ? definitions : [] },
          text: () => (output === undefined ? yaml : `Wrote ${output}\n`),
          exitCode: exitCode.done,
        };
      }),
    ),
  );
};

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const { code = '', path = '', message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && path === file)
      throw usageError(`${file} exists; nothing was written`, 'Name another file, or move that one away.');
    throw new SyncError('FILE_NOT_WRITTEN', `${file} could not be written: ${message}`, {
      hint: 'Name a file in a folder that you may write to, or leave --output out.',
      cause: error,
    });
  }
}
