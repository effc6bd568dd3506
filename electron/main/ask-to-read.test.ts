import { expect, it } from 'vitest';
import { askToRead, readingQuestion } from './ask-to-read';

const folder = { environment: 'mine', path: '/home/olga/\u202eprivate', why: 'holds other things' };

it('says which folder, whole and with no sign that hides it, and no is the answer of Enter and Escape', () => {
  const { detail, buttons, defaultId, cancelId } = readingQuestion({
    ...folder,
    path: `${folder.path}${'/d'.repeat(500)}/end`,
  });
  expect(detail).toContain('mine: /home/olga/⟨U+202E⟩private/d');
  expect(detail).toContain('/d/end\n');
  expect([buttons[defaultId], buttons[cancelId]]).toEqual(['Do not read', 'Do not read']);
});

it('reads what was answered with yes alone, and asks one question at a time', async () => {
  let reply: (response: number) => void = () => undefined;
  const ask = askToRead({
    showMessageBox: () =>
      new Promise((resolve) => {
        reply = (response) => resolve({ response, checkboxChecked: false });
      }),
  });
  const first = ask(folder);
  expect(await ask(folder)).toBe(false);
  reply(0);
  expect(await first).toBe(true);
  const second = ask(folder);
  reply(1);
  expect(await second).toBe(false);
});
