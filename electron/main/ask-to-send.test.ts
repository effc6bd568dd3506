import { expect, it } from 'vitest';
import type { NewReference } from '../console/profiles/references';
import { askToSend, questionOf } from './ask-to-send';

const reference = (more: Partial<NewReference> = {}): NewReference => ({
  environment: 'mine',
  database: 'system',
  host: 'db1',
  port: 5432,
  from: 'file /home/olga/.secret',
  place: { kind: 'file', path: '/home/olga/.secret' },
  through: null,
  way: '',
  ...more,
});

it('says what would go where, and no sign of it hides another', () => {
  const { detail, defaultId, buttons } = questionOf([reference(), reference({ host: 'db\u202e2\n', through: 'gate' })]);
  expect(detail).toContain('mine, system: file /home/olga/.secret to db1:5432\n');
  expect(detail).toContain('to db⟨U+202E⟩2⟨U+000A⟩:5432, through gate');
  expect(buttons[defaultId]).toBe('Do not send');
  expect(questionOf(Array.from({ length: 40 }, () => reference())).detail).toContain('\nand 30 more\n');
});

it('sends what was answered with yes, and asks one question at a time', async () => {
  let reply: (response: number) => void = () => undefined;
  const ask = askToSend({
    showMessageBox: () =>
      new Promise((resolve) => {
        reply = (response) => resolve({ response, checkboxChecked: false });
      }),
  });
  const wanted = [reference()];
  const first = ask(wanted);
  expect(await ask(wanted)).toEqual([]);
  reply(0);
  expect(await first).toEqual(wanted);
  const second = ask(wanted);
  reply(1);
  expect(await second).toEqual([]);
});
