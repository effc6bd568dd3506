import { exitCode, exitCodeOfError } from '../exit-code';
import type { ExitCode } from '../exit-code';
import { errorDocument, renderError, stackOf } from '../failure';
import { lookOf, write } from '../terminal';
import type { Terminal } from '../terminal';
import { closing } from './closing';
import { demoHelp, demoOptions } from './options';
import { perform } from './perform';

/**
 * The demo from start to end: servers of its own, data, the story, checks; then everything is stopped and removed.
 * @param words the command line after the program's name
 * @param checkout holds resources/datasets/astrobookings
 * @returns 0 where every check passed; 1 where one did not, or at an error; 2 wrong usage; 130 Ctrl-C before the end
 */
export async function demo(words: readonly string[], terminal: Terminal, checkout: string): Promise<ExitCode> {
  const opened = closing();
  let color = !words.includes('--no-color');
  try {
    const options = demoOptions(words);
    color = options.color;
    if (options.help) {
      await write(terminal.out, demoHelp);
      return exitCode.done;
    }
    return (await perform(options, terminal, checkout, opened)) ? exitCode.done : exitCode.failed;
  } catch (error) {
    if (terminal.environment['ASTRO_SYNC_DEBUG'] === '1') await write(terminal.err, stackOf(error));
    const document = errorDocument(error);
    await write(terminal.err, `\n${renderError(document, lookOf(terminal.err, terminal.environment, color))}`);
    const code = exitCodeOfError(document);
    return code === exitCode.cancelled || code === exitCode.usage ? code : exitCode.failed;
  } finally {
    await opened.closeAll();
  }
}
