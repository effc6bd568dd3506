import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchNetwork } from './network';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('tells of sleep, of waking up, and of a network that goes and comes back', () => {
  const power = new EventEmitter();
  const told: string[] = [];
  let online = true;
  const end = watchNetwork(
    power as unknown as Parameters<typeof watchNetwork>[0],
    { isOnline: () => online },
    () => ({}),
    (why) => told.push(why),
  );
  power.emit('suspend');
  power.emit('resume');
  vi.advanceTimersByTime(20_000);
  online = false;
  vi.advanceTimersByTime(20_000);
  online = true;
  vi.advanceTimersByTime(20_000);
  expect(told).toEqual(['suspend', 'resume', 'offline', 'online']);
  end();
  online = false;
  vi.advanceTimersByTime(20_000);
  expect(told).toHaveLength(4);
});

test('tells of another network, though the computer was never offline', () => {
  const told: string[] = [];
  const at = (address: string, internal = false) => ({
    address,
    netmask: '255.255.255.0',
    family: 'IPv4' as const,
    mac: '00:00:00:00:00:00',
    internal,
    cidr: `${address}/24`,
  });
  let interfaces = { lo: [at('127.0.0.1', true)], wlan0: [at('192.168.1.7')] };
  const power = new EventEmitter() as unknown as Parameters<typeof watchNetwork>[0];
  const end = watchNetwork(
    power,
    { isOnline: () => true },
    () => interfaces,
    (why) => told.push(why),
  );
  vi.advanceTimersByTime(20_000);
  expect(told).toEqual([]);
  interfaces = { ...interfaces, tun0: [at('10.8.0.2')] } as typeof interfaces;
  vi.advanceTimersByTime(20_000);
  expect(told).toEqual(['another network']);
  end();
});
