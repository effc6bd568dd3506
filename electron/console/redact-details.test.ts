import { expect, test } from 'vitest';
import { rememberSecret } from '../engine/connect/secrets';
import { redactDetails } from './redact-details';

test('a secret that looks like a piece of JSON takes nothing else with it', () => {
  rememberSecret('543210');
  rememberSecret('","port":');
  expect(redactDetails({ port: 543_210, at: 'port 543210', deep: { list: ['x","port":y', null, true] } })).toEqual({
    port: 543_210,
    at: 'port •••',
    deep: { list: ['x•••y', null, true] },
  });
});

test('what is no JSON is left out instead of ending the host', () => {
  const round: Record<string, unknown> = {};
  round['self'] = round;
  expect(redactDetails(round)).toEqual({});
  expect(redactDetails({ big: 1n })).toEqual({});
});
