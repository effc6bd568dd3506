import { expect, test } from 'vitest';
import { nothingOpen, summaryOf, titleOf } from './status';

test('the title names the environment, says production in words, and counts what is unread', () => {
  expect(titleOf(nothingOpen)).toBe('AstroBookings Sync Console');
  expect(titleOf({ environment: 'eu', level: 'production', unread: 2, busy: false })).toBe(
    '(2) PRODUCTION eu · AstroBookings Sync Console',
  );
  expect(titleOf({ environment: 'eu', level: 'staging', unread: 0, busy: false })).toMatch(/^Staging eu · /u);
  expect(titleOf({ environment: 'eu', level: 'development', unread: 0, busy: false })).toMatch(/^eu · /u);
});

test('the tray says in a line what goes on', () => {
  expect(summaryOf(nothingOpen)).toBe('No environment is open');
  expect(summaryOf({ environment: 'eu', level: 'staging', unread: 1, busy: true })).toBe('eu: working, 1 unread alert');
});
