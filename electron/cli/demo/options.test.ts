import { describe, expect, test } from 'vitest';
import { demoOptions } from './options';

describe('the words after npm run demo --', () => {
  test('may be none: everything at its ordinary size, in colour', () => {
    expect(demoOptions([])).toEqual({ scale: 1, exit: false, color: true, help: false });
  });

  test('set the scale, the end and the colours', () => {
    expect(demoOptions(['--scale', '0.02', '--exit', '--no-color'])).toEqual({
      scale: 0.02,
      exit: true,
      color: false,
      help: false,
    });
  });

  test.each([
    ['--scale', '0'],
    ['--scale', 'much'],
    ['--scale=-1'],
    ['--scale', '21'],
    ['--scale'],
    ['--fast'],
    ['now'],
  ])('are refused where they are %s %s', (...words) => {
    expect(() => demoOptions(words.filter((word) => typeof word === 'string'))).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});
