import { beforeEach, expect, test } from 'vitest';
import { asFrame, asOutcome, onMisfit } from './check';

const misfits: string[] = [];
onMisfit((where) => misfits.push(where));

beforeEach(() => {
  misfits.length = 0;
});

const answer = (value: unknown) => ({ ok: true, value });

test.each([
  ['a number as text', { count: '1', exact: true }, 'answer.count'],
  ['a field that is missing', { count: 1 }, 'answer.exact'],
  ['a field more', { count: 1, exact: true, more: 1 }, 'answer.more'],
  ['nothing', null, 'answer'],
  ['a list', [], 'answer'],
])('an answer with %s is a failure that says where it is wrong', (_what, value, where) => {
  const outcome = asOutcome('queue.count', answer(value));
  expect(outcome).toMatchObject({ ok: false, error: { code: 'ANSWER_INVALID', details: { method: 'queue.count' } } });
  expect(JSON.stringify(outcome)).toContain(`(${where})`);
});

test.each([undefined, 'hello', {}, { ok: true }, { ok: 'true', value: [] }, { ok: false }, { ok: false, error: {} }])(
  'what is no outcome is a failure as well: %j',
  (received) => {
    const outcome = asOutcome('tasks.list', received);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'ANSWER_INVALID' } });
  },
);

test('an answer of the shape that the contract says is the answer', () => {
  const right = answer({ count: 1, exact: true });
  expect(asOutcome('queue.count', right)).toBe(right);
});

test('what the contract knows is let through', () => {
  const frames = [
    { kind: 'subscribed', host: 'h', seq: 1, complete: true },
    { kind: 'live', runs: {} },
    { kind: 'events', events: [{ seq: 1, event: { type: 'stall', run: 'r', since: null } }] },
  ];
  for (const frame of frames) expect(asFrame(frame)).toBe(frame);
  expect(misfits).toEqual([]);
});

test.each([undefined, 7, { kind: 'other' }, { kind: 'events', events: {} }, { kind: 'answer', id: 1 }])(
  'what it does not know is said and left out: %j',
  (wrong) => {
    expect(asFrame(wrong)).toBeNull();
    expect(misfits).toHaveLength(1);
  },
);

test('of events those that it does not know, and no other', () => {
  const right = { seq: 2, event: { type: 'unread', unread: 1 } };
  const events = [{ seq: 1, event: { type: 'stall', run: 1, since: null } }, right, { seq: 3, event: { type: 'x' } }];
  expect(asFrame({ kind: 'events', events })).toEqual({ kind: 'events', events: [right] });
  expect(misfits).toEqual(['event.event.run', 'event.event.type']);
});
