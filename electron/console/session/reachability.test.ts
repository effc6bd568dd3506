import { expect, test, vi } from 'vitest';
import type { ConsoleEvent } from '../../../shared/contract/events';
import { createHub } from '../events/hub';
import { watchReachability } from './reachability';

test('asks at once when told to, also while it waits to try again', async () => {
  const told: ConsoleEvent[] = [];
  const hub = createHub();
  hub.onPublish((event) => told.push(event));
  let answers = false;
  const ping = vi.fn(() => (answers ? Promise.resolve() : Promise.reject(new Error('no route'))));
  const { lookNow, end } = watchReachability(hub, ping);
  await vi.waitFor(() => expect(told).toMatchObject([{ type: 'reachability', state: 'unreachable' }]));
  answers = true;
  lookNow();
  lookNow();
  await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ type: 'reachability', state: 'reachable' }), {
    timeout: 500,
  });
  expect(ping).toHaveBeenCalledTimes(2);
  end();
  lookNow();
  expect(ping).toHaveBeenCalledTimes(2);
});
