import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyncError } from '../errors';
import {
  encodeTemplateValue,
  parseTemplate,
  readTemplate,
  renderTemplate,
  scanPattern,
  templateColumns,
  templatesOverlap,
} from './template';

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', ':', '%', '{x}', 'a:b', '*', '%3A', '🚀', '^-]'),
);
/** Literals close to each other, so that templates meet. */
const literal = fc
  .array(fc.constantFrom('a', 'b', ':', '%', 'a:'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''));
const template = fc
  .tuple(fc.boolean(), fc.array(literal, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(
    ([first, literals, last]) =>
      `${first ? '{p}' : ''}${literals.map((text, index) => (index === 0 ? text : `{c${String(index)}}${text}`)).join('')}${last ? '{q}' : ''}`,
  );

function pairwiseOverlap(left: string, right: string): boolean {
  return templatesOverlap(parseTemplate(left), parseTemplate(right));
}

describe('key templates', () => {
  it('take columns in braces and text around them', () => {
    expect(parseTemplate('launch:{id}:seats')).toEqual(['launch:', { column: 'id' }, ':seats']);
    expect(templateColumns(parseTemplate('{a}:{b}:{a}'))).toEqual(['a', 'b']);
    expect(parseTemplate('launches-by-date')).toEqual(['launches-by-date']);
  });

  it.each(['', 'x:{', 'x:}', 'x:{}', '{a}{b}', '{a{b}}'])('refuse %j', (text) => {
    expect(() => parseTemplate(text)).toThrow(SyncError);
  });

  it('give back the values that made a key, whatever they hold', () => {
    const parsed = parseTemplate('x:{a}:{b}');
    fc.assert(
      fc.property(value, value, (a, b) => {
        const key = renderTemplate(parsed, { a, b });
        expect(readTemplate(parsed, key)).toEqual({ a, b });
      }),
    );
    expect(readTemplate(parsed, 'x:1')).toBeNull();
    expect(readTemplate(parsed, 'x:1:2:3')).toBeNull();
    expect(readTemplate(parseTemplate('{a}-{a}'), '1-2')).toBeNull();
  });

  it('keep two entities apart, whatever their values hold', () => {
    const parsed = parseTemplate('x:{a}:{b}');
    fc.assert(
      fc.property(value, value, value, value, (a, b, c, d) => {
        expect(renderTemplate(parsed, { a, b }) === renderTemplate(parsed, { a: c, b: d })).toBe(a === c && b === d);
      }),
    );
  });

  it('encode no more than they must, so that keys stay readable', () => {
    expect(encodeTemplateValue('Málaga 🚀/x-y_z.1')).toBe('Málaga 🚀/x-y_z.1');
    expect(encodeTemplateValue('50%:{a}*')).toBe('50%25%3A%7Ba%7D%2A');
  });

  it('escape for SCAN what has a meaning there', () => {
    expect(scanPattern(parseTemplate('a*[b]:{id}'))).toBe('a\\*\\[b\\]:*');
  });

  it('overlap where one key could be of both', () => {
    expect(pairwiseOverlap('city:{id}', 'city:{name}')).toBe(true);
    expect(pairwiseOverlap('city:{id}', 'city:all')).toBe(true);
    expect(pairwiseOverlap('{kind}-{id}', 'city-{id}')).toBe(true);
    expect(pairwiseOverlap('launch:{id}', 'launch-slug:{slug}')).toBe(false);
    expect(pairwiseOverlap('booking:{id}', 'booking:{id}:seats')).toBe(false);
    expect(pairwiseOverlap('city:{id}', 'cities-by-size')).toBe(false);
    expect(pairwiseOverlap('a:{id}', 'a')).toBe(false);
  });

  it('never share a key where they are said not to overlap', () => {
    fc.assert(
      fc.property(
        template,
        template,
        fc.dictionary(fc.constantFrom('p', 'q', 'c1', 'c2'), fc.constantFrom('', 'a', 'b', ':', '%', 'ab', '%3A')),
        (left, right, values) => {
          const key = renderTemplate(parseTemplate(left), values);
          if (readTemplate(parseTemplate(right), key) !== null)
            expect(pairwiseOverlap(left, right), `${left} and ${right} by ${key}`).toBe(true);
          expect(pairwiseOverlap(left, right)).toBe(pairwiseOverlap(right, left));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
