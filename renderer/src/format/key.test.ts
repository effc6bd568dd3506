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

test('what asks for an entity has the key as it is', () => {
  expect(keyQuery({ id: 'a\nb' })).toBe('a\nb');
  expect(keyQuery({ a: '1', b: '' })).toBe('{"a":"1","b":""}');
  expect(keyQuery({ k: '{"k":"x"}' })).toBe(JSON.stringify({ k: '{"k":"x"}' }));
});
