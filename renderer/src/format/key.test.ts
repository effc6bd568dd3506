import { expect, test } from 'vitest';
import { keyQuery, keyText } from './key';

test('a key of one column is its value, one of several names them', () => {
  expect(keyText({ id: '7' })).toBe('7');
  expect(keyText({ order_id: 'e4', 'line #': '2' })).toBe('order_id=e4, line #=2');
});

test('a line break in a key does not look like a blank, and an empty one not like none', () => {
  expect(keyText({ id: 'a\nb' })).toBe('a↵b');
  expect(keyText({ id: '' })).toBe('""');
});

test('what cannot be seen is told: other blanks and marks by their code, blanks at an end by quotes', () => {
  expect(keyText({ id: '\u00a0' })).toBe('⟨U+00A0⟩');
  expect(keyText({ id: 'a\u200bb\u0007' })).toBe('a⟨U+200B⟩b⟨U+0007⟩');
  expect(keyText({ id: ' 7' })).toBe('" 7"');
  expect(keyText({ id: 'New York' })).toBe('New York');
});

test('what asks for an entity has the key as it is', () => {
  expect(keyQuery({ id: 'a\nb' })).toBe('a\nb');
  expect(keyQuery({ a: '1', b: '' })).toBe('{"a":"1","b":""}');
  expect(keyQuery({ k: '{"k":"x"}' })).toBe(JSON.stringify({ k: '{"k":"x"}' }));
});
