import type { IncomingMessage, ServerResponse } from 'node:http';
import { readAsset } from '../console/asset';
import { askedFrom } from './asked-from';
import type { Downloads } from './downloads';
import { everyAnswer } from './headers';
import type { Doorkeeper } from './token';

export interface HttpOptions {
  /** The only Host that is answered, such as 127.0.0.1:7700: another one is a page that had its name point here. */
  readonly host: () => string;
  readonly doorkeeper: () => Doorkeeper;
  readonly downloads: Downloads;
  /** Folder of the built page. */
  readonly page: string;
}

const plain = { ...everyAnswer, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };

/** Answers one request for the page: Host first, then from where and by whom it is asked, then what. */
export function answerHttp(options: HttpOptions, request: IncomingMessage, response: ServerResponse): void {
  const refuse = (status: number, reason: string, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { ...plain, ...headers }).end(`${reason}\n`);
  };
  if (request.headers.host !== options.host()) {
    refuse(403, 'This console answers to its own address alone.');
    return;
  }
  const url = URL.canParse(request.url ?? '', 'http://host') ? new URL(request.url ?? '', 'http://host') : null;
  const token = url?.searchParams.get('token') ?? null;
  const from = askedFrom(request.headers, `http://${options.host()}`);
  if (from === 'elsewhere' || (from === 'link' && token === null)) {
    refuse(403, 'Another page asked for this. Type the address of the console, or open its link.');
    return;
  }
  const doorkeeper = options.doorkeeper();
  const known = doorkeeper.knows(request.headers.cookie);
  if (!known && (request.method !== 'GET' || token === null || !doorkeeper.spend(token))) {
    refuse(
      401,
      'Open the link that the console printed when it started; it works once. For another browser, a browser that is in makes a link of its own under About and support.',
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
    // A redirect would go on as a request of the page that holds the link, without the cookie; the answer's own goes on as ours.
    if (from === 'link') refuse(200, 'The console is at /', { refresh: '0; url=/', ...cookie });
    else refuse(302, 'The console is at /', { location: '/', ...cookie });
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
    ...everyAnswer,
    'content-length': String(body.length),
    'cache-control': forGood ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
