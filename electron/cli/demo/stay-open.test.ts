import { expect, test } from 'vitest';
import { processTerminal } from '../terminal';
import { somebodyIsThere } from './stay-open';

const terminal = (input: boolean, out: boolean, environment: NodeJS.ProcessEnv = {}) => {
  const own = processTerminal();
  return {
    ...own,
    environment,
    input: Object.assign(Object.create(own.input) as typeof own.input, { isTTY: input }),
    out: Object.assign(Object.create(own.out) as typeof own.out, { isTTY: out }),
  };
};

test('somebody is there where both input and output are a terminal', () => {
  expect(somebodyIsThere(terminal(true, true))).toBe(true);
  expect(somebodyIsThere(terminal(false, true))).toBe(false);
  expect(somebodyIsThere(terminal(true, false))).toBe(false);
});

test('nobody is there in continuous integration, whatever it looks like', () => {
  expect(somebodyIsThere(terminal(true, true, { CI: 'true' }))).toBe(false);
  expect(somebodyIsThere(terminal(true, true, { CI: '1' }))).toBe(false);
  expect(somebodyIsThere(terminal(true, true, { CI: '' }))).toBe(true);
});
