import { expect, test } from 'vitest';
import { takenBy } from './taken-keys';

const all = [
  { id: 'queue', text: 'Queue', keys: 'g q' },
  { id: 'preview', text: 'Preview', keys: 'p' },
  { id: 'about', text: 'About', keys: null },
];

test('keys that another command has are not free, nor is the beginning of a sequence', () => {
  expect(takenBy('about', 'g q', all)?.id).toBe('queue');
  expect(takenBy('about', 'g', all)?.id).toBe('queue');
  expect(takenBy('about', 'p x', all)?.id).toBe('preview');
});

test('other keys are free, and those that a command has itself', () => {
  expect(takenBy('about', 'x', all)).toBeNull();
  expect(takenBy('about', 'g o', all)).toBeNull();
  expect(takenBy('queue', 'g q', all)).toBeNull();
  expect(takenBy('about', '', all)).toBeNull();
});
