import { describe, expect, it } from 'vitest';
import { requireKey } from './entity-key';

describe('the key of an entity, as it is asked for', () => {
  it('is the one value, or an object of its columns in any order', () => {
    expect(requireKey('seats', '7', ['id'])).toEqual(['7']);
    expect(requireKey('seats', '{"b":"x","a":1}', ['a', 'b'])).toEqual(['1', 'x']);
    expect(requireKey('seats', '{no json', ['id'])).toEqual(['{no json']);
  });

  it.each([
    ['300 · 1', ['order_id', 'line'], ['300', '1']],
    ['order_id=300, line=1', ['order_id', 'line'], ['300', '1']],
    ['line=1, order_id=300', ['order_id', 'line'], ['300', '1']],
    ['a=x, y, b=2', ['a', 'b'], ['x, y', '2']],
    ['id=7', ['id'], ['7']],
    // A value of the one column, as long as that has another name.
    ['id=7', ['code'], ['id=7']],
    ['a · b', ['code'], ['a · b']],
    ['a=1 · b', ['c', 'd'], ['a=1', 'b']],
    ['{"a":"x · y","b":"z"}', ['a', 'b'], ['x · y', 'z']],
  ])('is %j of %j as it is shown', (text, names, key) => {
    expect(requireKey('seats', text, names)).toEqual(key);
  });

  it.each([
    ['7\0', ['id']],
    ['{"id":"\\u0000"}', ['id']],
    ['7\ud800', ['id']],
    ['{"id":"\\udc00"}', ['id']],
    ['{"id":{"a":1}}', ['id']],
    ['{"id":[1]}', ['id']],
    ['{"id":null}', ['id']],
    ['{"id":{"a":1}}', []],
    ['{"other":"7"}', ['id']],
    ['7', ['a', 'b']],
    ['1 · 2 · 3', ['a', 'b']],
    ['a=1, c=2', ['a', 'b']],
  ])('is refused as wrong usage where it is %j of %j', (text, names) => {
    expect(() => requireKey('seats', text, names)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
