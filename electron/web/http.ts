import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentSecurityPolicy, readAsset } from '../console/asset';
import type { Downloads } from './downloads';
import type { Doorkeeper } from './token';

export interface HttpOptions {
  /** The only Host that is answered, such as 127.0.0.1:7700: another one is a page that had its name point here. */
  readonly host: () => string;
  readonly doorkeeper: () => Doorkeeper;
  readonly downloads: Downloads;
  /** Folder of the built page. */
  readonly page: string;
}

const plain = {
  'content-type': 'text/plain; charset=utf-8',
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Answers one request for the page: Host first, then who asks, then what. */
export function answerHttp(options: HttpOptions, request: IncomingMessage, response: ServerResponse): void {
  const refuse = (status: number, reason: string, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { ...plain, ...headers }).end(`${reason}\n`);
  };
  if (request.headers.host !== options.host()) {
    refuse(403, 'This console answers to its own address alone.');
    return;
  }
  const url = URL.canParse(request.url ?? '', 'http://host') ? new URL(request.url ?? '', 'http://host') : null;
  const doorkeeper = options.doorkeeper();
  const known = doorkeeper.knows(request.headers.cookie);
  const token = url?.searchParams.get('token') ?? null;
  if (!known && (request.method !== 'GET' || token === null || !doorkeeper.spend(token))) {
    refuse(
      401,
      'Open the link that the console printed when it started; it works once. For another browser start another console beside it.',
    );
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(405, 'Only GET is answered here.', { allow: 'GET, HEAD' });
    return;
  }
  if (url === null) {
    refuse(400, 'Bad request');
    return;
  }
  if (!known || token !== null) {
    const cookie: Record<string, string> = known ? {} : { 'set-cookie': doorkeeper.setCookie };
    refuse(302, 'The console is at /', { location: '/', ...cookie });
    return;
  }
  if (request.method === 'GET' && options.downloads.answer(url.pathname, response)) return;
  void sendPage(options.page, url.pathname, request, response);
}

async function sendPage(
  page: string,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, headers, body } = await readAsset(page, pathname);
  // Names of built files hold the hash of what is in them; the page that names them is asked for each time.
  const forGood = status === 200 && pathname.startsWith('/assets/');
  response.writeHead(status, {
    ...headers,
    'content-length': String(body.length),
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': forGood ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
