import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Lets one browser in: a token in a link, which becomes a cookie once. */
export interface Doorkeeper {
  readonly token: string;
  /** What a browser that may come in is given to keep. */
  readonly setCookie: string;
  /** True where the token is right and nobody has used it before; uses it. */
  spend(token: string): boolean;
  /** Whether a header Cookie holds ours. */
  knows(cookieHeader: string | undefined): boolean;
}

/** @param port cookies of one address are shared by all its ports: the name tells consoles on one computer apart */
export function createDoorkeeper(port: number): Doorkeeper {
  const token = randomBytes(32).toString('base64url');
  const secret = randomBytes(32).toString('base64url');
  const name = `astro_sync_${String(port)}`;
  let spent = false;
  return {
    token,
    setCookie: `${name}=${secret}; HttpOnly; SameSite=Strict; Path=/`,
    spend(given) {
      if (spent || !same(given, token)) return false;
      spent = true;
      return true;
    },
    knows(cookieHeader = '') {
      return cookieHeader
        .split(';')
        .map((cookie) => cookie.trim().split('=', 2))
        .some(([key, value]) => key === name && value !== undefined && same(value, secret));
    },
  };
}

/** In the same time wherever they differ. */
function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
