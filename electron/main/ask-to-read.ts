import type { Dialog } from 'electron';
import { visibleName } from '../../shared/visible';
import type { NewFolder } from '../console/profiles/assert-may-read';
import { oneQuestion } from './one-question';

/** What the user is asked before a folder that holds something else too is read as one of definitions. */
export function readingQuestion({ environment, path, why }: NewFolder) {
  return {
    type: 'warning' as const,
    message: 'Read dataset definitions from there?',
    detail:
      `${visibleName(environment)}: ${visibleName(path)}\n\nIt ${why}. Its YAML and JSON files are read, and new definitions are ` +
      'written there. Only say yes where you named it yourself.',
    buttons: ['Read it', 'Do not read'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
}

/** Asks in a dialog of the system, which the page can neither draw nor answer; one question at a time. */
export function askToRead(dialog: Pick<Dialog, 'showMessageBox'>): (folder: NewFolder) => Promise<boolean> {
  return oneQuestion(async (folder: NewFolder) => {
    const { response } = await dialog.showMessageBox(readingQuestion(folder));
    return response === 0;
  }, false);
}
