import type { PostgresServer } from '../electron/sandbox/servers/postgres';
import type { RedisServer } from '../electron/sandbox/servers/redis';
import type { Measure } from './measure';
import type { Options } from './options';
import type { Programs } from './programs';

/** What every case is given. The servers are shared; each case makes its own databases and folders and removes them. */
export interface Bench {
  readonly options: Options;
  readonly postgres: PostgresServer;
  /** Started when first asked for. */
  redis(): Promise<RedisServer>;
  readonly programs: Programs;
  /** Of the built terminal program. */
  readonly cli: string;
  note(text: string): void;
}

export interface Case {
  readonly name: string;
  /** Programs of others that its reference needs. */
  readonly needs: readonly (keyof Programs)[];
  /** True: measured on a server that waits for its disk, whatever the options say, because what is measured is a part of that wait. */
  readonly durable?: boolean;
  run(bench: Bench): Promise<readonly Measure[]>;
}
