import { resolve } from 'node:path';
import process from 'node:process';
import { demo } from './demo/demo';
import { processTerminal } from './terminal';

// Two folders up, both from the source and from what the build writes (out/main/demo.js).
const checkout = resolve(import.meta.dirname, '../..');
const code = await demo(process.argv.slice(2), processTerminal(), checkout);
// Whatever is still open must not keep the terminal waiting: the servers are stopped.
process.exit(code);
