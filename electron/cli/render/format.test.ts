import { describe, expect, it } from 'vitest';
import { ago, bytes, counted, duration, exactTime, grouped, keyText, roughDuration } from './format';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
    [1234567.25, '1,234,567.25'],
  ])('%d is written %s', (value, expected) => {
    expect(grouped(value)).toBe(expected);
  });

  it('are counted in words', () => {
    expect([counted(1, 'row'), counted(2000, 'row'), counted(2, 'entity', 'entities')]).toEqual([
      '1 row',
      '2,000 rows',
      '2 entities',
    ]);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
  ])('%d bytes are %s', (value, expected) => {
    expect(bytes(value)).toBe(expected);
  });
});

describe('times', () => {
  it.each([
    [0, '0 ms'],
    [340.4, '340 ms'],
    [4200, '4.2 s'],
    [9960, '10 s'],
    [59_900, '59 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [273_600_000, '3 d 4 h'],
  ])('%d ms are %s', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });

  it('are relative to now', () => {
    const now = Date.parse('2026-03-10T12:00:00Z');
    expect(ago('2026-03-10T11:59:59.5Z', now)).toBe('just now');
    expect(ago('2026-03-10T11:57:00Z', now)).toBe('3 min ago');
    expect(ago('2026-03-10 09:00:00+00', now)).toBe('3 h ago');
    expect(ago('2026-03-01T12:00:00Z', now)).toBe('9 d ago');
    expect(ago('2026-03-10T12:50:00Z', now)).toBe('in 50 min');
    expect(ago(null, now)).toBe('never');
    expect(ago('soon', now)).toBe('soon');
  });

  it('are exact in local time', () => {
    expect(exactTime(new Date(2026, 2, 1, 14, 3, 5).toISOString())).toBe('2026-03-01 14:03:05');
    expect(exactTime(null)).toBe('–');
    expect(exactTime('infinity')).toBe('infinity');
  });

  it('round down to one unit', () => {
    expect([59_999, 119_000, 7_100_000].map(roughDuration)).toEqual(['59 s', '1 min', '1 h']);
  });
});

describe('keys', () => {
  it('name their columns', () => {
    expect(keyText({ a: '1', b: 'x y' })).toBe('a=1, b=x y');
  });
});
