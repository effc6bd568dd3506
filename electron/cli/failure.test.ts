import { describe, expect, it } from 'vitest';
import { createColors } from 'picocolors';
import { rememberSecret } from '../engine/connect/secrets';
import { SyncError } from '../engine/errors';
import { errorDocument, failedRunDocument, renderError, stackOf, withoutCredentials } from './failure';

const look = { colors: createColors(false), columns: 80, now: 0 };

describe('an error', () => {
  it('of the engine keeps its code, message and hint', () => {
    const error = new SyncError('LEASE_HELD', 'ana holds it', { hint: 'Wait.' });
    expect(errorDocument(error)).toEqual({ code: 'LEASE_HELD', message: 'ana holds it', hint: 'Wait.' });
    expect(renderError(errorDocument(error), look)).toBe('error LEASE_HELD: ana holds it\nhint: Wait.\n');
  });

  it('that nobody expected is INTERNAL and says how to find out more', () => {
    const document = errorDocument(new TypeError('x is not a function'));
    expect(document).toMatchObject({ code: 'INTERNAL', message: 'TypeError: x is not a function' });
    expect(document.hint).toContain('ASTRO_SYNC_DEBUG=1');
    expect(errorDocument('thrown text')).toMatchObject({ code: 'INTERNAL', message: 'thrown text' });
  });

  it('never shows a password, neither of an address nor a known secret, also not in a stack', () => {
    rememberSecret('s3cr3t-of-test');
    const cause = new Error('connect redis://default:hunter2@cache1:6379/0');
    const error = new SyncError('INTERNAL', 'postgres://sync:hunter2@db1/ops said s3cr3t-of-test', { cause });
    const shown = JSON.stringify(errorDocument(error)) + renderError(errorDocument(error), look) + stackOf(error);
    expect(shown).toContain('postgres://sync:•••@db1/ops');
    expect(shown).toContain('caused by');
    expect(shown).not.toMatch(/hunter2|s3cr3t-of-test/);
    expect(withoutCredentials('http://host:80/a@b')).toBe('http://host:80/a@b');
  });

  it('before a run came to be is a run document of its own', () => {
    const error = errorDocument(new SyncError('ENVIRONMENT_INVALID', 'no'));
    expect(failedRunDocument(error)).toEqual({ ok: false, id: null, status: 'failed', datasets: [], error });
  });
});
