import { expect, test } from 'vitest';
import { placeOfArguments, placeOfLink } from './deep-link';

test('a link to a run opens its view', () => {
  expect(placeOfLink('astro-sync://run/42')).toBe('run/42');
  expect(placeOfLink('astro-sync://run/42/')).toBe('run/42');
});

test.each([
  'astro-sync://run/',
  'astro-sync://run/1?start=true',
  'astro-sync://run/../settings',
  'astro-sync://start/all',
  'https://run/1',
  'astro-sync://run/1\nastro-sync://run/2',
])('%j opens nothing', (link) => {
  expect(placeOfLink(link)).toBeNull();
});

test('finds a link among the words of a command', () => {
  expect(placeOfArguments(['astro-sync-console', '--no-sandbox', 'astro-sync://run/7'])).toBe('run/7');
  expect(placeOfArguments(['astro-sync-console', '.'])).toBeNull();
});
