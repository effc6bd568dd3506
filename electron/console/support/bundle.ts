import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ConsoleEvent } from '../../../shared/contract/events';
import { redact } from '../../engine/connect/secrets';
import type { ConsoleContext } from '../context';
import { finishedFile } from '../exports/finished-file';
import { failureOf } from '../failure';
import { textOfDefinitions } from '../session/text-of-definitions';
import { withoutAddresses } from './addresses';
import { tar } from './tar';

const logBytes = 5_000_000;
const keptEvents = 1000;

/** Keeps the last events in memory, for a bundle. @returns gives them as lines of JSON */
export function rememberEvents(context: Pick<ConsoleContext, 'hub'>): () => string {
  const kept: object[] = [];
  context.hub.onPublish((event) => {
    if (event.type === 'progress') return;
    kept.push({ ...withoutRows(event), told: new Date().toISOString() });
    if (kept.length > keptEvents) kept.shift();
  });
  return () => kept.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** What an event tells, without rows of anybody's data: a plan has samples of them, a log entry may name them. */
function withoutRows(event: ConsoleEvent): object {
  if (event.type === 'log') {
    const { details: _details, ...rest } = event;
    return rest;
  }
  if (event.type !== 'task' || event.task.document === null) return event;
  const { id, status, datasets } = event.task.document;
  const counts = datasets.map(({ samples: _samples, ...dataset }) => dataset);
  return { ...event, task: { ...event.task, document: { id, status, datasets: counts } } };
}

/**
 * Versions, settings, definitions, the last runs, events and logs as one archive; every known secret and the addresses
 * of databases are taken out of each part.
 * @returns the archive in a folder of its own
 * @throws SyncError FILE_NOT_WRITTEN
 */
export async function writeBundle(context: ConsoleContext, events: string): Promise<string> {
  const { facilities, session, settings } = context;
  const { host, versions, dataFolder, log } = facilities;
  const { platform, arch } = process;
  const parts = [
    { name: 'about.json', content: json({ host, platform, arch, versions, dataFolder, at: new Date().toISOString() }) },
    { name: 'settings.json', content: json(settings.get()) },
    { name: 'session.json', content: json(session.current()) },
    { name: 'events.ndjson', content: events },
    { name: 'runs.json', content: json(await lastRuns(context)) },
    ...(await definitionFiles(context)),
    { name: 'log.ndjson', content: await lastOf(log.file) },
  ];
  const clean = withoutAddresses(context);
  const archive = tar(
    parts.map(({ name, content }) => ({ name: `astro-sync-support/${name}`, content: clean(redact(content)) })),
  );
  return finishedFile('support.tar.gz', await promisify(gzip)(archive));
}

async function lastRuns({ session }: ConsoleContext): Promise<unknown> {
  if (session.current() === null) return [];
  try {
    return await session.engine(() => undefined).runs({ limit: 50 });
  } catch (error) {
    return failureOf(error);
  }
}

async function definitionFiles({ session }: ConsoleContext): Promise<{ name: string; content: string }[]> {
  if (session.current() === null) return [];
  const files = [...new Set(session.definitions().datasets.flatMap(({ file }) => (file === null ? [] : [file])))];
  const read = files.slice(0, 500).map(async (file, index) => ({
    name: `definitions/${String(index + 1)}-${basename(file).slice(0, 60)}`,
    content: await textOfDefinitions(session.definitions(), file).catch((error: unknown) => failureOf(error).message),
  }));
  return Promise.all(read);
}

/** The end of the log, also where the file has just been turned over. */
async function lastOf(file: string): Promise<string> {
  const [before, now] = await Promise.all([tail(`${file}.1`), tail(file)]);
  return Buffer.byteLength(now) >= logBytes / 2 ? now : before + now;
}

async function tail(file: string): Promise<string> {
  if (!existsSync(file)) return '';
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const length = Math.min(size, logBytes);
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.toString('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    return failureOf(error).message;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
