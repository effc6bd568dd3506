import { readAsset } from '../console/asset';

export { contentSecurityPolicy, readAsset } from '../console/asset';

export const pageScheme = 'app';
const pageHost = 'console';
export const pageOrigin = `${pageScheme}://${pageHost}`;

/**
 * The origin of an address. `URL.origin` does not do: it is 'null' for every scheme of our own, so that all would be alike.
 * @returns null where it is no address
 */
export function originOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}

/** Answers requests of the page for its own files. */
export function pageHandler(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const { host, pathname } = new URL(request.url);
    if (host !== pageHost || request.method !== 'GET') return new Response('Not found', { status: 404 });
    const { status, headers, body } = await readAsset(folder, pathname);
    return new Response(body, { status, headers });
  };
}
