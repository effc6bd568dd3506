import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { AnswerFrame } from '../../../shared/contract/wire';
import { serveConsole } from '../serve';
import type { ServedConsole } from '../serve';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A web console with a folder of its own and no environment. */
export interface ServedWeb {
  readonly folder: string;
  readonly served: ServedConsole;
  readonly host: string;
  readonly token: string;
  /** A request whose headers are all ours: fetch would not let us say another Host, nor send `..` as it is. */
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Answer>;
  /** Follows the link. @returns the cookie */
  letIn(): Promise<string>;
  /** Opens /ws; gives the socket, or the status with which it was refused. */
  socket(headers: Readonly<Record<string, string>>, path?: string): Promise<WebSocket | number>;
  /** Follows the link and opens /ws as its page does. */
  page(): Promise<WebSocket>;
  close(): Promise<void>;
}

/** What every start here has in common. */
export const started = {
  port: 0,
  caller: { operator: 'olga', host: 'test', application: 'test' },
  version: '0',
  webhook: null,
  onScreen: false,
  passwords: [],
  opening: null,
} as const;

export async function openServed(): Promise<ServedWeb> {
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-web-'));
  const served = await serveConsole({ ...started, dataFolder: folder });
  const link = new URL(served.link);
  const { host } = link;
  const token = link.searchParams.get('token') ?? '';
  const web: ServedWeb = {
    folder,
    served,
    host,
    token,
    get: (path, headers = {}, method = 'GET') =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port: served.port, path, method, headers: { host, ...headers } };
        const request = httpRequest(options, (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString()));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
          });
        });
        request.on('error', reject);
        request.end();
      }),
    async letIn() {
      const { headers } = await web.get(`/?token=${token}`);
      return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    },
    socket: (headers, path = '/ws') =>
      new Promise((resolve, reject) => {
        const opened = new WebSocket(`ws://127.0.0.1:${String(served.port)}${path}`, { headers });
        opened.on('open', () => {
          resolve(opened);
        });
        opened.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode ?? 0);
        });
        opened.on('error', reject);
      }),
    async page() {
      const opened = await web.socket({ cookie: await web.letIn(), origin: `http://${host}` });
      if (typeof opened === 'number') throw new Error(String(opened));
      return opened;
    },
    async close() {
      await served.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return web;
}

/** The next frame that comes. */
export function next(opened: WebSocket): Promise<AnswerFrame> {
  return new Promise((resolve) => {
    opened.once('message', (data: Buffer) => {
      resolve(JSON.parse(data.toString()) as AnswerFrame);
    });
  });
}
