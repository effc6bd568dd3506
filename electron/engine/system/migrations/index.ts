import type { Migration } from '../migrate';
import { queueAndHistory } from './001-queue-and-history';
import { findingJobs } from './002-finding-jobs';
import { timeOfDatasets } from './003-time-of-datasets';
import { failedEntities } from './004-failed-entities';
import { keysOfAnyLength } from './005-keys-of-any-length';
import { onTheWay } from './006-on-the-way';
import { timeOfChanges } from './007-time-of-changes';
import { givenUpJobs } from './008-given-up-jobs';
import { changesOfTheSync } from './009-changes-of-the-sync';
import { whereARunWrites } from './010-where-a-run-writes';
import { whatARunTookUp } from './011-what-a-run-took-up';

/** All versions of the schema of SystemDB, oldest first. */
export const systemMigrations: readonly Migration[] = [
  queueAndHistory,
  findingJobs,
  timeOfDatasets,
  failedEntities,
  keysOfAnyLength,
  onTheWay,
  timeOfChanges,
  givenUpJobs,
  changesOfTheSync,
  whereARunWrites,
  whatARunTookUp,
];
