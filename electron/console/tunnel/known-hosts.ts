import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
interface KnownHost {
  readonly revoked: boolean;
  /** Patterns, or one hashed name. */
  readonly hosts: string;
  readonly type: string;
  readonly key: Buffer;
}

export type KnownHosts = readonly KnownHost[];

/** What the file says of the key that a host showed. */
export type Verdict = 'known' | 'unknown' | 'changed' | 'revoked';

/**
 * Reads a known_hosts file. Lines that are none say nothing, nor do certificate authorities (@cert-authority): certificates of hosts are
 * not checked, so `namesAuthority` tells of those.
 */
export function parseKnownHosts(text: string): KnownHosts {
  return text.split('\n').flatMap((line): KnownHost[] => {
    const words = line.trim().split(/\s+/u);
    const marker = words[0]?.startsWith('@') === true ? words.shift() : null;
    const [hosts, type, key] = words;
    if (hosts === undefined || hosts === '' || hosts.startsWith('#') || type === undefined || key === undefined)
      return [];
    if (marker !== null && marker !== '@revoked') return [];
    return [{ revoked: marker === '@revoked', hosts, type, key: Buffer.from(key, 'base64') }];
  });
}

/**
 * Looks a shown key up. A key that is not the known one of its type is a changed one: the host is another than before.
 * @param key as it went over the wire: its type is in it
 */
export function verdictOf(known: KnownHosts, host: string, port: number, key: Buffer): Verdict {
  const lines = linesOf(known, host, port);
  const same = lines.filter((line) => line.key.equals(key));
  if (same.some(({ revoked }) => revoked)) return 'revoked';
  if (same.length > 0) return 'known';
  return lines.some(({ revoked }) => !revoked) ? 'changed' : 'unknown';
}

/** Whether the file trusts whatever an authority signs: ssh would let a host in that is not known here. */
export function namesAuthority(text: string): boolean {
  return /^\s*@cert-authority\s/mu.test(text);
}

/** The types of the keys that are known of a host, such as ssh-ed25519: it is to show one of these. */
export function knownTypes(known: KnownHosts, host: string, port: number): string[] {
  const types = linesOf(known, host, port).flatMap(({ revoked, type }) => (revoked ? [] : [type]));
  return [...new Set(types)];
}

/** As `ssh-keygen -l` prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/u, '')}`;
}

function linesOf(known: KnownHosts, host: string, port: number): KnownHosts {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${String(port)}`;
  return known.filter(({ hosts }) => (hosts.startsWith('|1|') ? isHashOf(hosts, name) : matches(hosts, name)));
}

/** |1|salt|hash: the name under HMAC-SHA1 with the salt as key. */
function isHashOf(hashed: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hashed.split('|');
  const wanted = Buffer.from(hash, 'base64');
  const made = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === made.length && timingSafeEqual(wanted, made);
}

/** Patterns with * and ?; one with ! before it that matches, rules the line out. */
function matches(patterns: string, name: string): boolean {
  let found = false;
  for (const pattern of patterns.toLowerCase().split(',')) {
    const excludes = pattern.startsWith('!');
    if (!globOf(excludes ? pattern.slice(1) : pattern).test(name)) continue;
    if (excludes) return false;
    found = true;
  }
  return found;
}

function globOf(pattern: string): RegExp {
  const quoted = pattern.replaceAll(/[.+^${}()|[\]\\]/gu, '\\$&');
  return new RegExp(`^${quoted.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
}
