import type { NetworkInterfaceInfo } from 'node:os';
import type { Net, PowerMonitor } from 'electron';

const lookMs = 5000;

/**
 * Tells when the servers should be asked again at once: the computer woke up, has a network again, or another one (a VPN, say),
 * which it may change to without ever being offline.
 * @param interfaces of the computer, as node:os gives them
 * @returns ends it
 */
export function watchNetwork(
  powerMonitor: Pick<PowerMonitor, 'on'>,
  net: Pick<Net, 'isOnline'>,
  interfaces: () => Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
  told: (why: 'suspend' | 'resume' | 'online' | 'offline' | 'another network') => void,
): () => void {
  powerMonitor.on('suspend', () => {
    told('suspend');
  });
  powerMonitor.on('resume', () => {
    told('resume');
  });
  let online = net.isOnline();
  let addresses = addressesOf(interfaces());
  // The main process is not told of changes, it has to look.
  const timer = setInterval(() => {
    const now = net.isOnline();
    const at = addressesOf(interfaces());
    if (now !== online) told(now ? 'online' : 'offline');
    else if (at !== addresses) told('another network');
    online = now;
    addresses = at;
  }, lookMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

function addressesOf(interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>): string {
  const outside = Object.values(interfaces).flatMap((all) => all?.filter(({ internal }) => !internal) ?? []);
  // Addresses that a system makes up and drops every few hours (IPv6 privacy) are of the same network.
  return [...new Set(outside.map(({ family, cidr, address }) => (family === 'IPv6' ? prefixOf(address) : cidr)))]
    .sort()
    .join(' ');
}

function prefixOf(address: string): string {
  return address.split(':').slice(0, 4).join(':');
}
