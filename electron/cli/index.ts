#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { exitCode } from './exit-code';
import { main } from './main';
import { processTerminal } from './terminal';

const terminal = processTerminal();
// A reader that has seen enough (`| head`) closes the pipe: nothing more is written, and nothing is wrong.
for (const stream of [terminal.out, terminal.err]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') return;
    // A full disk: there is nowhere to say more, and what was asked for was not delivered.
    if (stream === terminal.out)
      terminal.err.write(`error FILE_NOT_WRITTEN: the output could not be written: ${error.message}\n`);
    process.exit(exitCode.failed);
  });
}

// Two folders up, both from the source and from what the build writes (out/main/cli.js).
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};
const code = await main(process.argv.slice(2), terminal, version);
// Whatever is still open (a lost connection, a paused input) must not keep the terminal waiting.
process.exit(code);
