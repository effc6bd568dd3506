import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';

/** What the page may load: its own files and nothing else. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** An HTTP answer, independent of who sends it (the app:// protocol, a web server). */
export interface Asset {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

const refusal = (status: number, reason: string): Asset => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'content-security-policy': contentSecurityPolicy },
  body: new TextEncoder().encode(reason),
});

/**
 * Reads one file of the built page.
 * @param root folder of the built page
 * @param pathname path of the request, percent-encoded, `/` for the page itself
 * @returns the file with its content type and the content security policy; 404 outside of `root` or where nothing is
 */
export async function readAsset(root: string, pathname: string): Promise<Asset> {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return refusal(400, 'Bad request');
  }
  const folder = resolve(root);
  const file = resolve(folder, `.${path.endsWith('/') ? `${path}index.html` : path}`);
  const contentType = contentTypes[extname(file)];
  if (!file.startsWith(folder + sep) || contentType === undefined) return refusal(404, 'Not found');
  try {
    const headers = {
      'content-type': contentType,
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    };
    return { status: 200, headers, body: new Uint8Array(await readFile(file)) };
  } catch {
    return refusal(404, 'Not found');
  }
}
