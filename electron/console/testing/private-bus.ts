import { spawn, spawnSync } from 'node:child_process';
import process from 'node:process';
import dbus from 'dbus-next';

/** A notice as a desktop gets it (Desktop Notifications Specification, Notify). */
export interface Shown {
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

/** A bus of the test's own, on which this process has the desktop's part: nobody's desktop hears of it. */
export interface PrivateBus {
  /** What the desktop was given to show, oldest first. */
  readonly shown: Shown[];
  /** The desktop shows notices no more. */
  leave(): Promise<void>;
  close(): void;
}

/** The programs without which there is no such bus here, or nobody to speak on it; none on a system that has other ways. */
export function missingForNotices(): string[] {
  if (process.platform !== 'linux') return [];
  return ['dbus-daemon', 'notify-send'].filter(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status !== 0,
  );
}

/** Starts one, and makes it the bus of this process and of those that it starts. */
export async function openPrivateBus(): Promise<PrivateBus> {
  const before = process.env['DBUS_SESSION_BUS_ADDRESS'];
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = await new Promise<string>((resolve) => {
    daemon.stdout.once('data', (line: Buffer) => {
      resolve(line.toString().trim());
    });
  });
  process.env['DBUS_SESSION_BUS_ADDRESS'] = address;
  const bus = dbus.sessionBus({ busAddress: address });
  const service = new Notifications('org.freedesktop.Notifications');
  const shown: Shown[] = [];
  service.onNotify = (notice) => shown.push(notice);
  bus.export('/org/freedesktop/Notifications', service);
  await bus.requestName('org.freedesktop.Notifications', 0);
  return {
    shown,
    async leave() {
      await bus.releaseName('org.freedesktop.Notifications');
    },
    close() {
      if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
      else process.env['DBUS_SESSION_BUS_ADDRESS'] = before;
      bus.disconnect();
      daemon.kill();
    },
  };
}
