import { join } from 'node:path';
import pino from 'pino';
import type { Logger } from 'pino';
import { redact } from '../engine/connect/secrets';
import { rotatingFile } from './rotating-file';

export interface Log {
  readonly file: string;
  readonly logger: Logger;
}

const bytesPerFile = 5_000_000;
const oldFiles = 3;

/** The log of the desktop. Secrets that this process knows are taken out of every line before it is written. */
export function openLog(dataFolder: string): Log {
  const file = join(dataFolder, 'logs', 'desktop.log');
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
