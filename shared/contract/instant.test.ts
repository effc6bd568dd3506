import { expect, it } from 'vitest';
import { instant } from './instant';

it.each([
  ['2026-03-01T14:30:00Z', true],
  ['2026-03-01T14:30:00.123456+14:00', true],
  ['0001-01-01T00:00:00Z', true],
  ['9999-12-31T23:59:59.999Z', true],
  ['9999-12-31T23:59:59+23:59', false],
  ['2026-03-01T14:30:00+15:00', false],
  ['2026-03-01T14:30:00-14:01', false],
  ['0000-06-01T00:00:00Z', false],
  ['0001-01-01T00:00:00+01:00', false],
  ['9999-12-31T23:59:59-01:00', false],
])('takes %s: %s', (text, taken) => {
  expect(instant.safeParse(text).success).toBe(taken);
});
