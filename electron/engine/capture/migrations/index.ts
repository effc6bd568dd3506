import type { Migration } from '../../system/migrate';
import { captureSchema } from './001-capture';
import { targetSchema } from './001-target';

/** All versions of what is installed in a source, oldest first. */
export const captureMigrations: readonly Migration[] = [captureSchema];

/** All versions of what is installed in a target, oldest first. */
export const targetMigrations: readonly Migration[] = [targetSchema];
