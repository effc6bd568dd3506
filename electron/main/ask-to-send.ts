import type { Dialog } from 'electron';
import { visibleName } from '../../shared/visible';
import type { NewReference } from '../console/profiles/references';

/** What the user is asked before passwords go from files and variables of this computer to servers. */
export function questionOf(references: readonly NewReference[]) {
  const lines = references.map(({ environment, database, from, host, port, through }) => {
    const way = through === null ? '' : `, through ${visible(through)}`;
    return `${visible(environment)}, ${visible(database)}: ${visible(from)} to ${visible(host)}:${String(port)}${way}`;
  });
  const shown =
    lines.length <= linesAtMost
      ? lines
      : [...lines.slice(0, linesAtMost), `and ${String(lines.length - linesAtMost)} more`];
  const one = references.length === 1;
  return {
    type: 'warning' as const,
    message: one ? 'Send this password to that server?' : 'Send these passwords to those servers?',
    detail: `${shown.join('\n')}\n\nNo environment that is saved here does so yet. Only say yes where you named ${one ? 'it' : 'them'} yourself.`,
    buttons: [one ? 'Send it there' : 'Send them there', 'Do not send'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
}

const linesAtMost = 10;

/** In a question about it nothing may pass for something else. */
function visible(text: string): string {
  const plain = visibleName(text);
  return plain.length <= 120 ? plain : `${plain.slice(0, 119)}…`;
}

/** Asks in a dialog of the system, which the page can neither draw nor answer; one question at a time. */
export function askToSend(
  dialog: Pick<Dialog, 'showMessageBox'>,
): (references: readonly NewReference[]) => Promise<readonly NewReference[]> {
  let asking = false;
  return async (references) => {
    if (asking) return [];
    asking = true;
    try {
      const { response } = await dialog.showMessageBox(questionOf(references));
      return response === 0 ? references : [];
    } finally {
      asking = false;
    }
  };
}
