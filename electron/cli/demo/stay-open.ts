import { toned } from '../render/table';
import type { Look, Terminal } from '../terminal';
import type { Sandbox } from './sandbox';

/** Whether somebody is there to look around: a terminal on both ends, and no continuous integration. */
export function somebodyIsThere(terminal: Terminal): boolean {
  const ci = terminal.environment['CI'] ?? '';
  return terminal.input.isTTY && terminal.out.isTTY && (ci === '' || ci === 'false' || ci === '0');
}

/** What can be tried while the sandbox is open, ready to copy. */
export function renderInvitation(
  { files, postgres, redis }: Sandbox,
  booking: string,
  datasets: string,
  look: Look,
): string {
  const head = (text: string): string => `${toned(text, 'strong', look)}\n`;
  const dim = (text: string): string => toned(text, 'dim', look);
  const address = (database: string): string =>
    `postgres://${postgres.user}@${postgres.host}:${postgres.port}/${database}?passfile=${files.passwords}`;
  return [
    `\n${head('The sandbox stays open until Ctrl-C')}`,
    `In this folder, in another terminal:\n\n`,
    `  npx astro-sync status \\\n    -e ${files.environment} -d ${datasets}\n\n`,
    `or in place of ${toned('status', 'strong', look)}:\n\n`,
    ...[
      ['plan --all', 'what a run would do now'],
      ['run --all --yes', 'bring everything into line, and verify it'],
      ['queue --actor lucia.fernandez', 'what became of her changes'],
      [`history bookings-in ${booking}`, 'who made this booking of the web site, and what became of it'],
      ['runs', 'all that was run'],
      ['console', 'all of it in your browser'],
    ].map(([words = '', meaning = '']) => `  ${words.padEnd(34)}${dim(meaning)}\n`),
    `\nConnections, to change something first (PGAPPNAME names your application):\n\n`,
    `  psql "${address('operations')}"\n`,
    `  psql "${address('system')}"\n`,
    `  redis-cli -u ${redis.url()}\n\n`,
  ].join('');
}
