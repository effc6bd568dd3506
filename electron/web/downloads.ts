import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { everyAnswer } from './headers';

/** Files that the page may fetch, each once and not for long. */
export interface Downloads {
  /**
   * @param file lies in a folder of its own, which goes with it
   * @returns the path below the console's address
   */
  offer(file: string, name: string): string;
  /** Sends what is offered at this path; false where nothing is. */
  answer(pathname: string, response: ServerResponse): boolean;
  /** Removes what was not fetched. */
  close(): Promise<void>;
}

const folder = '/downloads/';
const keptMs = 10 * 60_000;

interface Offer {
  readonly file: string;
  readonly name: string;
  readonly timer: NodeJS.Timeout;
}

/** Also where the browser goes away in the middle, it comes to an end. */
async function send({ file, name }: Offer, response: ServerResponse): Promise<void> {
  const headers = {
    ...everyAnswer,
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${name.replaceAll(/[^\w.-]/gu, '_')}"`,
    'cache-control': 'no-store',
  };
  try {
    const { size } = await stat(file);
    response.writeHead(200, { ...headers, 'content-length': String(size) });
    await pipeline(createReadStream(file), response);
  } catch {
    response.destroy();
  }
}

export function createDownloads(): Downloads {
  const offers = new Map<string, Offer>();
  const take = (id: string): Offer | undefined => {
    const offer = offers.get(id);
    offers.delete(id);
    if (offer !== undefined) clearTimeout(offer.timer);
    return offer;
  };
  const remove = (file: string): Promise<void> =>
    rm(dirname(file), { recursive: true, force: true }).catch(() => undefined);
  return {
    offer(file, name) {
      const id = randomBytes(24).toString('base64url');
      const timer = setTimeout(() => {
        take(id);
        void remove(file);
      }, keptMs);
      timer.unref();
      offers.set(id, { file, name, timer });
      return `${folder}${id}`;
    },
    answer(pathname, response) {
      if (!pathname.startsWith(folder)) return false;
      const offer = take(pathname.slice(folder.length));
      if (offer === undefined) return false;
      void send(offer, response).finally(() => remove(offer.file));
      return true;
    },
    async close() {
      const left = [...offers.values()];
      offers.clear();
      for (const { timer } of left) clearTimeout(timer);
      await Promise.all(left.map(({ file }) => remove(file)));
    },
  };
}
