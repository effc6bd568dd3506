import { describe, expect, it } from 'vitest';
import { requireKey } from './entity-key';

describe('the key of an entity, as it is asked for', () => {
  it('is the one value, or an object of its columns in any order', () => {
    expect(requireKey('seats', '7', ['id'])).toEqual(['7']);
    expect(requireKey('seats', '{"b":"x","a":1}', ['a', 'b'])).toEqual(['1', 'x']);
    expect(requireKey('seats', '{no json', ['id'])).toEqual(['{no json']);
  });

  it.each([
    ['7\0', ['id']],
    ['{"id":"\\u0000"}', ['id']],
    ['{"id":{"a":1}}', ['id']],
    ['{"id":[1]}', ['id']],
    ['{"id":null}', ['id']],
    ['{"id":{"a":1}}', []],
    ['{"other":"7"}', ['id']],
    ['7', ['a', 'b']],
  ])('is refused as wrong usage where it is %j of %j', (text, names) => {
    expect(() => requireKey('seats', text, names)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
