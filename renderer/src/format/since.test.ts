import { expect, test } from 'vitest';
import { sinceOf } from './since';

const now = Date.parse('2026-11-23T12:00:30Z');

test.each([
  ['15m', '2026-11-23T11:45:00.000Z'],
  ['24h', '2026-11-22T12:00:00.000Z'],
  ['7d', '2026-11-16T12:00:00.000Z'],
  ['2026-11-01T10:00:00+01:00', '2026-11-01T09:00:00.000Z'],
])('%s means since %s', (text, at) => {
  expect(sinceOf(text, now)).toBe(at);
});

test.each([undefined, '', 'all', 'yesterday'])('%s means any time', (text) => {
  expect(sinceOf(text, now)).toBeNull();
});
