import { expect, test } from 'vitest';
import { kindOfAlert } from './run-kind';

test('an alert of a verification is called one, whatever the environment is called', () => {
  expect(kindOfAlert({ environment: 'eu', title: 'eu: verification of bookings failed' })).toBe('verification');
  expect(kindOfAlert({ environment: 'eu', title: 'eu: run of bookings failed' })).toBe('run');
  const odd = 'eu: verification ';
  expect(kindOfAlert({ environment: odd, title: `${odd}: run of bookings failed` })).toBe('run');
});
