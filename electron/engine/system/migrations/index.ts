import type { Migration } from '../migrate';
import { queueAndHistory } from './001-queue-and-history';

/** All versions of the schema of SystemDB, oldest first. */
export const systemMigrations: readonly Migration[] = [queueAndHistory];
