import { describe, expect, it } from 'vitest';
import { approvedDeletes, moment, oneOrMoreOf, wholeNumber } from './argument-values';

describe('a whole number', () => {
  it('is read as written', () => {
    expect(wholeNumber(1)('250')).toBe(250);
    expect(wholeNumber(0)('0')).toBe(0);
  });

  it.each(['', '-1', '1.5', '1e3', '0x10', ' 3', '٣', 'three', '99999999999999999999'])('is not %j', (text) => {
    expect(() => wholeNumber(0)(text)).toThrow('whole number');
  });

  it('is not below the minimum', () => {
    expect(() => wholeNumber(1)('0')).toThrow('at least 1');
  });
});

describe('approved deletes', () => {
  it('are a number or all', () => {
    expect(approvedDeletes('312')).toBe(312);
    expect(approvedDeletes('0')).toBe(0);
    expect(approvedDeletes('all')).toBe('all');
  });

  it.each(['', 'ALL', '-1', '10%'])('are not %j', (text) => {
    expect(() => approvedDeletes(text)).toThrow('or all');
  });
});

describe('a moment', () => {
  const now = Date.parse('2026-03-10T12:00:00Z');

  it.each([
    ['30s', '2026-03-10T11:59:30.000Z'],
    ['45m', '2026-03-10T11:15:00.000Z'],
    ['2h', '2026-03-10T10:00:00.000Z'],
    ['3d', '2026-03-07T12:00:00.000Z'],
    ['1w', '2026-03-03T12:00:00.000Z'],
    ['2026-03-01T14:30Z', '2026-03-01T14:30:00.000Z'],
    ['2026-03-01T14:30:05.5+02:00', '2026-03-01T12:30:05.500Z'],
    ['2026-03-01 14:30+0200', '2026-03-01T12:30:00.000Z'],
    ['2024-02-29T00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(moment(text, now)).toBe(expected);
  });

  it('without a zone is local time', () => {
    expect(moment('2026-03-01', now)).toBe(new Date(2026, 2, 1).toISOString());
    expect(moment('2026-03-01T14:30', now)).toBe(new Date(2026, 2, 1, 14, 30).toISOString());
  });

  it.each([
    '',
    'yesterday',
    '2',
    '2x',
    '-2h',
    '2026-02-30',
    '2026-13-01',
    '2026-03-01T25:00',
    '01.03.2026',
    '0000-01-01',
    '9999-12-31T23:00-12:00',
    '999999w',
  ])('is not %j', (text) => {
    expect(() => moment(text, now)).toThrow('Expected a time such as');
  });
});

describe('a list of choices', () => {
  const parse = oneOrMoreOf(['pending', 'failed', 'skipped']);

  it('grows with every option and every comma', () => {
    expect(parse('failed, pending', parse('skipped'))).toEqual(['skipped', 'failed', 'pending']);
  });

  it('names what it knows', () => {
    expect(() => parse('faild')).toThrow('pending, failed, skipped');
  });
});
