import { expect, test } from 'vitest';
import { notInitialised } from '../../../shared/engine/not-initialised';
import { inWordsOfPage, nextStep } from './next-step';

test('a hint that names a command of the terminal comes second: first what the page has for it', () => {
  expect(nextStep({ code: 'NEEDS_FULL_RUN', hint: 'Run "astro-sync run orders --mode full".' })).toEqual({
    here: 'Choose Full run … of the dataset on the overview.',
    to: '#/overview',
    hint: 'Run "astro-sync run orders --mode full".',
  });
  expect(nextStep({ code: 'NEEDS_FULL_RUN', hint: 'Run again with --mode full.' }).here).not.toBeNull();
});

test('a hint that says what to do in any case stands alone, as one of a code the page knows nothing better for', () => {
  const plain = { code: 'CONNECT_FAILED', hint: 'Start the server.' };
  expect(nextStep(plain)).toEqual({ here: null, to: null, hint: plain.hint });
  const command = { code: 'CONSUMER_TAKEN', hint: 'Run "astro-sync init --take-over".' };
  expect(nextStep(command)).toEqual({ here: null, to: null, hint: command.hint });
  expect(nextStep({ code: 'toString', hint: 'astro-sync x' }).here).toBeNull();
  expect(nextStep({ code: 'CANCELLED', hint: null })).toEqual({ here: null, to: null, hint: null });
});

test('a warning names the button of the page, not the command that does the same', () => {
  expect(inWordsOfPage(notInitialised)).toMatch(
    /^not initialised: until Install … on the overview there are full runs at most/,
  );
});
