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
});

it('shows hosts and files whole, whatever their length', () => {
  const host = `db.prod.example.${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.evil.example`;
  const file = `file /home/olga/${'d/'.repeat(200)}key`;
  const { detail } = questionOf([reference({ host, from: file, through: host })]);
  expect(detail).toContain(`${file} to ${host}:5432, through ${host}\n`);
});

it('asks about more than ten in several questions, and a yes counts for what was listed alone', async () => {
  const wanted = Array.from({ length: 25 }, (_, at) => reference({ database: `d${String(at)}` }));
  const asked: string[] = [];
  const answers = [0, 1];
  const ask = askToSend({
    showMessageBox: (...given: unknown[]) => {
      asked.push((given.at(-1) as { detail: string }).detail);
      return Promise.resolve({ response: answers[asked.length - 1] ?? 0, checkboxChecked: false });
    },
  });
  expect(await ask(wanted)).toEqual(wanted.slice(0, 10));
  expect(asked).toHaveLength(2);
  expect(asked[0]).toContain('d9:');
  expect(asked[0]).not.toContain('d10:');
  expect(asked[1]).toContain('d19:');
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
