import { expect, test } from 'vitest';
import { profileDraftSchema } from '../../../../shared/contract/profile';
import { newDraft, newTunnel, problems } from './draft';

const named = () => ({ ...newDraft(), name: 'staging' });

test('a new environment needs a name and nothing else, and the contract takes it', () => {
  expect(Object.keys(problems(newDraft()))).toEqual(['name']);
  expect(problems(named())).toEqual({});
  expect(profileDraftSchema.safeParse(named()).success).toBe(true);
});

test('names the field that is wrong', () => {
  const draft = named();
  const { operations, ...rest } = draft.connections;
  const wrong = {
    ...draft,
    connections: { ...rest, operations: { ...operations!, host: ' ', port: Number.NaN } },
    tunnel: newTunnel(),
    system: 'cache',
  };
  expect(Object.keys(problems(wrong))).toEqual([
    'operations.host',
    'operations.port',
    'tunnel.host',
    'tunnel.user',
    'system',
  ]);
});
