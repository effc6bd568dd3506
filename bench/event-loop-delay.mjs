// Loaded into a program that is measured: how late its event loop is. SIGUSR2 begins anew; each tells what was since the last one.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('SIGUSR2', () => {
    const [p99, max] = [delay.percentile(99), delay.max].map((nanoseconds) => nanoseconds / 1e6);
    delay.reset();
    process.stderr.write(`event-loop-delay ${JSON.stringify({ p99, max })}\n`);
  });
}
