import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import dbus from 'dbus-next';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import { showNotice } from './notice';

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

/** A notice as a desktop gets it (Desktop Notifications Specification, Notify). */
interface Shown {
  readonly application: string;
  readonly title: string;
  readonly body: string;
  readonly urgency: number;
}

/** The service of a desktop that shows notices; dbus-next wants a class. */
class Notifications extends dbus.interface.Interface {
  onNotify: (notice: Shown) => void = () => undefined;
  #last = 0;

  GetCapabilities(): string[] {
    return ['body'];
  }

  GetServerInformation(): string[] {
    return ['test', 'test', '1', '1.2'];
  }

  Notify(...[application, , , title, body, , hints]: NotifyArguments): number {
    this.onNotify({ application, title, body, urgency: Number(hints['urgency']?.value) });
    this.#last += 1;
    return this.#last;
  }
}

type NotifyArguments = [string, number, string, string, string, string[], Readonly<Record<string, dbus.Variant>>];

Notifications.configureMembers({
  methods: {
    GetCapabilities: { outSignature: 'as' },
    GetServerInformation: { outSignature: 'ssss' },
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
  },
});

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

describe.skipIf(process.platform !== 'linux' || !has('dbus-daemon') || !has('notify-send'))('a notice', () => {
  const shown: Shown[] = [];
  const before = process.env['DBUS_SESSION_BUS_ADDRESS'];
  let daemon: ChildProcess;
  let bus: dbus.MessageBus;

  beforeAll(async () => {
    // A bus of our own: nobody's desktop hears of this.
    daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const address = await new Promise<string>((resolve) => {
      daemon.stdout?.once('data', (line: Buffer) => {
        resolve(line.toString().trim());
      });
    });
    process.env['DBUS_SESSION_BUS_ADDRESS'] = address;
    bus = dbus.sessionBus({ busAddress: address });
    const service = new Notifications('org.freedesktop.Notifications');
    service.onNotify = (notice) => shown.push(notice);
    bus.export('/org/freedesktop/Notifications', service);
    await bus.requestName('org.freedesktop.Notifications', 0);
  });

  afterAll(() => {
    if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    else process.env['DBUS_SESSION_BUS_ADDRESS'] = before;
    bus.disconnect();
    daemon.kill();
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

  it('says so where nobody takes it', async () => {
    await bus.releaseName('org.freedesktop.Notifications');
    expect(await showNotice(alert, false)).toMatchObject({
      shown: false,
      detail: expect.stringContaining('shows no notice'),
    });
  });
});
