import type { Dialog } from 'electron';
import { visibleName } from '../../shared/visible';
import type { NewReference } from '../console/profiles/references';
import { oneQuestion } from './one-question';

/** What the user is asked before passwords go from files and variables of this computer to servers. */
export function questionOf(references: readonly NewReference[]) {
  // What decides stands whole: of a host that is cut nobody sees whose it is.
  const lines = references.map(({ environment, database, from, host, port, through }) => {
    const way = through === null ? '' : `, through ${visibleName(through)}`;
    const what = `${named(environment)}, ${named(database)}: ${visibleName(from)}`;
    return `${what} to ${visibleName(host)}:${String(port)}${way}`;
  });
  const one = references.length === 1;
  return {
    type: 'warning' as const,
    message: one ? 'Send this password to that server?' : 'Send these passwords to those servers?',
    detail: `${lines.join('\n')}\n\nNo environment that is saved here does so yet. Only say yes where you named ${one ? 'it' : 'them'} yourself.`,
    buttons: [one ? 'Send it there' : 'Send them there', 'Do not send'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
}

/** So many stand in one question; a yes counts for those alone. */
const linesAtMost = 10;

/** A name that the page gave to something; nothing goes there. */
function named(text: string): string {
  const plain = visibleName(text);
  return plain.length <= 120 ? plain : `${plain.slice(0, 119)}…`;
}

/** Asks in dialogs of the system, which the page can neither draw nor answer; one question at a time, and none after a no. */
export function askToSend(
  dialog: Pick<Dialog, 'showMessageBox'>,
): (references: readonly NewReference[]) => Promise<readonly NewReference[]> {
  return oneQuestion<readonly NewReference[], readonly NewReference[]>(async (references) => {
    const admitted: NewReference[] = [];
    for (let at = 0; at < references.length; at += linesAtMost) {
      const part = references.slice(at, at + linesAtMost);
      const { response } = await dialog.showMessageBox(questionOf(part));
      if (response !== 0) break;
      admitted.push(...part);
    }
    return admitted;
  }, []);
}
