import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import { validInputs } from '../testing/valid-inputs';
import { openConsoleBench } from '../testing/console-bench';
import { missingForNotices, openPrivateBus } from '../testing/private-bus';
import type { PrivateBus } from '../testing/private-bus';
import { showNotice } from './notice';

const missing = missingForNotices();

const alert: Alert = {
  id: '1',
  at: '2026-01-01T00:00:00.000Z',
  environment: 'staging',
  run: 'r',
  datasets: ['bookings'],
  reason: 'failed',
  title: 'staging: run of bookings failed',
  body: 'The connection was lost.',
  read: false,
};

it.runIf(process.env['CI'] !== undefined)('the programs that show a notice are there in CI: npm run setup-test', () => {
  expect(missing).toEqual([]);
});

describe.skipIf(process.platform !== 'linux' || missing.length > 0)('a notice', () => {
  let bus: PrivateBus;
  let shown: PrivateBus['shown'];
  beforeAll(async () => {
    bus = await openPrivateBus();
    ({ shown } = bus);
  });
  afterAll(() => {
    bus.close();
  });

  it('reaches the desktop with its words and its urgency', async () => {
    expect(await showNotice(alert, false)).toMatchObject({ shown: true });
    expect(shown.splice(0)).toEqual([
      { application: 'AstroBookings Sync Console', title: alert.title, body: alert.body, urgency: 2 },
    ]);
    await showNotice({ ...alert, reason: 'partial' }, false);
    expect(shown.splice(0)).toMatchObject([{ urgency: 1 }]);
  });

  it.each([
    ['--help', '-u low'],
    ['-t', '--version'],
    ['$(touch /tmp/x) `id` "quoted" \\ \'single\'', '%s\n$HOME; exit 1'],
    ['Ávila 🚀', 'line one\nline two'],
  ])('says what it is to say, whatever that looks like: %j', async (title, body) => {
    expect(await showNotice({ ...alert, title, body }, false)).toMatchObject({ shown: true });
    const [notice] = shown.splice(0);
    expect([notice?.title.trim(), notice?.body.trim()]).toEqual([title, body]);
  });

  it('shows no markup that somebody put into a name', async () => {
    await showNotice({ ...alert, body: '<a href="x">bookings</a> & more' }, false);
    expect(shown.splice(0)[0]?.body).toBe('&lt;a href="x"&gt;bookings&lt;/a&gt; &amp; more');
  });

  it('of a run that fails reaches the desktop within two seconds of its end, with environment, dataset and reason', async () => {
    const bench = await openConsoleBench({ facilities: { notice: showNotice } });
    try {
      await bench.console.open(bench.opening());
      await bench.call('environment.init', { take_over: false, confirm: null });
      await bench.system.query('DROP TABLE cities');
      await bench.call('runs.start', validInputs['runs.start']);
      await bench.until(
        (event) => event.type === 'task' && event.task.kind === 'run' && event.task.state !== 'working',
      );
      await vi.waitFor(() => expect(shown).toHaveLength(1), 2000);
      expect(shown.splice(0)).toEqual([
        {
          application: 'AstroBookings Sync Console',
          title: 'test: run of cities failed',
          body: expect.stringContaining('cities') as string,
          urgency: 2,
        },
      ]);
    } finally {
      await bench.close();
    }
  });

  it('says so where nobody takes it', async () => {
    await bus.leave();
    expect(await showNotice(alert, false)).toMatchObject({
      shown: false,
      detail: expect.stringMatching(/^This computer shows no notice: its desktop has nothing that takes notices/u),
    });
  });

  it.each([undefined, 'unix:path=/nowhere'])('says in words that a server has no desktop: bus %s', async (address) => {
    vi.stubEnv('DISPLAY', undefined);
    vi.stubEnv('XDG_RUNTIME_DIR', undefined);
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', address);
    const { shown, detail } = await showNotice(alert, false);
    vi.unstubAllEnvs();
    expect(shown).toBe(false);
    expect(detail).toMatch(/there is no desktop, as on a server/u);
    expect(detail).not.toMatch(/D-Bus|DISPLAY/u);
  });
});
