import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Lets browsers in: each by a token in a link, which becomes a cookie once. */
export interface Doorkeeper {
  /** Of the first link: it waits for its browser as long as the console works. */
  readonly token: string;
  /** A token for one more browser, asked for by one that is in. */
  anotherToken(): string;
  /** What a browser that may come in is given to keep. */
  readonly setCookie: string;
  /** True where the token is right, in time, and nobody has used it before; uses it. */
  spend(token: string): boolean;
  /** Whether a header Cookie holds ours. */
  knows(cookieHeader: string | undefined): boolean;
}

/** How long a token that was asked for waits for its browser. */
export const anotherTokenMinutes = 10;

/** @param port cookies of one address are shared by all its ports: the name tells consoles on one computer apart */
export function createDoorkeeper(port: number): Doorkeeper {
  const random = (): string => randomBytes(32).toString('base64url');
  const token = random();
  const secret = random();
  const name = `astro_sync_${String(port)}`;
  /** Tokens that nobody used, and when each ends. */
  const unspent = new Map<string, number>([[token, Infinity]]);
  const forgetLate = (): void => {
    for (const [each, ends] of unspent) if (ends <= Date.now()) unspent.delete(each);
  };
  return {
    token,
    anotherToken() {
      forgetLate();
      const another = random();
      unspent.set(another, Date.now() + anotherTokenMinutes * 60_000);
      return another;
    },
    setCookie: `${name}=${secret}; HttpOnly; SameSite=Strict; Path=/`,
    spend(given) {
      forgetLate();
      const found = [...unspent.keys()].filter((each) => same(given, each));
      for (const each of found) unspent.delete(each);
      return found.length > 0;
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
