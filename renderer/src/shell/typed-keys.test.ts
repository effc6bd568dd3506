import { expect, test } from 'vitest';
import { keysMeant, typedKeys } from './typed-keys';

test('keys that are pressed together are typed by the name that stands on them', () => {
  expect(typedKeys('mod+k')).toMatch(/^(ctrl|cmd)\+k$/);
  expect(typedKeys('g o')).toBe('g o');
  for (const typed of ['ctrl+k', 'Ctrl + k', 'cmd+k', '⌘+k', ' mod+k ']) expect(keysMeant(typed)).toBe('mod+k');
  expect(keysMeant('g o')).toBe('g o');
  expect(keysMeant(typedKeys('mod+k'))).toBe('mod+k');
});
