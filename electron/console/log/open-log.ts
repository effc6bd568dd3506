import { join } from 'node:path';
import pino from 'pino';
import type { Logger } from 'pino';
import { redact } from '../../engine/connect/secrets';
import { rotatingFile } from './rotating-file';

/** The log of a host: a file that turns over, so that it never grows without end. */
export interface Log {
  readonly file: string;
  readonly logger: Logger;
}

const bytesPerFile = 5_000_000;
const oldFiles = 3;

/**
 * Opens the log of a host, `logs/<name>.log` of the data folder. Secrets that this process knows are taken out of every line before
 * it is written. Until the settings are read, it writes from `info` on.
 */
export function openLog(dataFolder: string, name: 'desktop' | 'web'): Log {
  const file = join(dataFolder, 'logs', `${name}.log`);
  const lines = rotatingFile(file, bytesPerFile, oldFiles);
  const destination = {
    write(line: string) {
      lines.write(redact(line));
    },
  };
  const logger = pino(
    { level: 'info', base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
  return { file, logger };
}
