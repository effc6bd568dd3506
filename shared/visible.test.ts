import { expect, it } from 'vitest';
import { visibleName, visibleText } from './visible';

it.each([
  ['booking\u202eecivres', 'booking⟨U+202E⟩ecivres'],
  ['a\u200bb\u2066c\u061cd', 'a⟨U+200B⟩b⟨U+2066⟩c⟨U+061C⟩d'],
  ['bell\u0007\u001b[2J', 'bell⟨U+0007⟩⟨U+001B⟩[2J'],
  ['plain ünï 日本 🚀', 'plain ünï 日本 🚀'],
])('shows %j', (given, shown) => {
  expect(visibleName(given)).toBe(shown);
  expect(visibleText(given)).toBe(shown);
});

it('keeps lines and joined pictures of a text, and no lines of a name', () => {
  expect(visibleText('a\nb\t👩\u200d🚀')).toBe('a\nb\t👩\u200d🚀');
  expect(visibleName('a\nb')).toBe('a⟨U+000A⟩b');
});
