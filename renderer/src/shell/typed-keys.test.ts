import { expect, test } from 'vitest';
import { keysMeant, typedKeys } from './typed-keys';

test('keys that are pressed together are typed by the name that stands on them', () => {
  expect(typedKeys('mod+k', false)).toBe('ctrl+k');
  expect(typedKeys('mod+k', true)).toBe('cmd+k');
  expect(typedKeys('g o', false)).toBe('g o');
  for (const typed of ['ctrl+k', 'Ctrl + k', 'cmd+k', '⌘+k', ' mod+k ']) expect(keysMeant(typed)).toBe('mod+k');
  expect(keysMeant('g o')).toBe('g o');
});
