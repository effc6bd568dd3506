import type { IncomingHttpHeaders } from 'node:http';

/** home: the console's own page, or the user with its address or its link; link: a link on a page of others; else it is to be refused. */
export type AskedFrom = 'home' | 'link' | 'elsewhere';

/**
 * Where a request comes from, as the browser says. A page at another port of this computer is of the same site, and its requests carry
 * our cookie: the cookie alone does not tell it from ours.
 * @param origin the console's own, such as http://127.0.0.1:7700
 */
export function askedFrom(headers: IncomingHttpHeaders, origin: string): AskedFrom {
  if (headers.origin !== undefined && headers.origin !== origin) return 'elsewhere';
  const site = headers['sec-fetch-site'];
  // A browser that does not say is told from others by Origin and by the cookie, which other sites do not send.
  if (site === undefined || site === 'same-origin' || site === 'none') return 'home';
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document' ? 'link' : 'elsewhere';
}
