import type { Case } from '../bench';
import { allDiffer } from './all-differ';
import { capture } from './capture';
import { consoleHost } from './console';
import { desktopHost } from './desktop';
import { emptyTarget } from './empty-target';
import { identical, identicalJson } from './identical';
import { incremental } from './incremental';
import { page } from './page';
import { queue } from './queue';
import { queueSearch } from './queue-search';
import { redisHashes, redisJson } from './redis';

/** In the order in which they are measured. */
export const cases: readonly Case[] = [
  emptyTarget,
  allDiffer,
  identical,
  identicalJson,
  incremental,
  redisHashes,
  redisJson,
  capture,
  queue,
  queueSearch,
  consoleHost,
  desktopHost,
  page,
];
