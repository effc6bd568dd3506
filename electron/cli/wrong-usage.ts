import type { CommanderError } from 'commander';
import type { ErrorDocument } from '../../shared/engine/documents';

/**
 * What commander found wrong, as an error of ours with a next step.
 * @param command the command that was meant, where one was recognised
 */
export function usageDocument(error: CommanderError, command: string | undefined): ErrorDocument {
  const help = command === undefined ? 'astro-sync --help' : `astro-sync ${command} --help`;
  if (error.code === 'commander.help') {
    return { code: 'USAGE', message: 'No command given', hint: `See ${help}.` };
  }
  const [first = '', ...rest] = error.message.split('\n');
  const message = first.replace(/^error: /, '');
  const suggestion = rest.join(' ').replace(/^\((.*)\)$/, '$1');
  return {
    code: 'USAGE',
    message: message.charAt(0).toUpperCase() + message.slice(1),
    hint: suggestion === '' ? `See ${help}.` : `${suggestion} See ${help}.`,
  };
}
