import type { Net, PowerMonitor } from 'electron';

const lookMs = 5000;

/**
 * Tells when the servers should be asked again at once: the computer woke up, or has a network again.
 * @returns ends it
 */
export function watchNetwork(
  powerMonitor: Pick<PowerMonitor, 'on'>,
  net: Pick<Net, 'isOnline'>,
  told: (why: 'suspend' | 'resume' | 'online' | 'offline') => void,
): () => void {
  powerMonitor.on('suspend', () => {
    told('suspend');
  });
  powerMonitor.on('resume', () => {
    told('resume');
  });
  let online = net.isOnline();
  // The main process is not told of changes, it has to look.
  const timer = setInterval(() => {
    const now = net.isOnline();
    if (now !== online) told(now ? 'online' : 'offline');
    online = now;
  }, lookMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
