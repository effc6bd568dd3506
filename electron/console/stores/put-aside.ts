import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { FileName } from './store';

/** What was damaged and where it lies now; or what a newer program wrote, which lies where it did. */
export interface Damaged {
  /** Without the extension. */
  readonly what: FileName;
  readonly file: string;
  readonly reason: string;
  readonly newer: boolean;
}

/** What stands in a file, why it cannot be used, or that there is none. */
export type Inspected<T> =
  { readonly content: T } | { readonly reason: string; readonly newer?: true } | { readonly none: true };

/** Reads a file of JSON. @param check looks at what stands in it */
export function inspect<T>(path: string, check: (stored: object) => Inspected<T>): Inspected<T> {
  if (!existsSync(path)) return { none: true };
  try {
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof stored !== 'object' || stored === null) return { reason: 'it holds something else' };
    return Object.keys(stored).length === 0 ? { none: true } : check(stored);
  } catch (error) {
    return { reason: error instanceof SyntaxError ? 'it is no JSON' : `it cannot be read: ${String(error)}` };
  }
}

/** Why something is of another shape than its schema says, in words. */
export function reasonOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it holds something else'}`;
}

/** Renames a file of the data folder (`profiles.damaged-<time>.json`), so that it is never overwritten. */
export function putAside(folder: string, what: FileName, reason: string): Damaged {
  const file = join(folder, `${what}.damaged-${new Date().toISOString().replaceAll(/[:.]/gu, '-')}.json`);
  renameSync(join(folder, `${what}.json`), file);
  return { what, file, reason, newer: false };
}
