/** What a run, preview or verification did, as far as the terminal can do the same again. */
export interface Repeatable {
  readonly kind: 'plan' | 'run' | 'verify';
  readonly mode: 'auto' | 'incremental' | 'full';
  readonly datasets: readonly string[];
  /** what was approved for it beyond what guards let pass */
  readonly approved?: {
    readonly approve_deletes: number | 'all' | null;
    readonly allow_empty_source: boolean;
  } | null;
  /** first what failed earlier is put back in the queue */
  readonly retryFailed?: boolean;
}

/** Where it is done. */
export interface Place {
  /** file of the environment; null where it was saved in the console, which the terminal does not read */
  readonly file: string | null;
  /** folder or file of the definitions */
  readonly definitions: string;
  /** every dataset that is defined there */
  readonly all: readonly string[];
}

/** The words of the same for a terminal. @returns without the name of the program */
export function terminalWords({ kind, mode, datasets, approved, retryFailed }: Repeatable, place: Place): string[] {
  const words: string[] = place.file === null ? [] : ['-e', place.file];
  words.push('-d', place.definitions, kind);
  if (kind !== 'verify' && mode !== 'auto') words.push('--mode', mode);
  if (kind === 'run') {
    if (retryFailed === true) words.push('--retry-failed');
    const deletes = approved?.approve_deletes ?? null;
    if (deletes !== null) words.push('--approve-deletes', String(deletes));
    if (approved?.allow_empty_source === true) words.push('--allow-empty-source');
  }
  const all =
    datasets.length > 1 && datasets.length === place.all.length && datasets.every((name) => place.all.includes(name));
  return all ? [...words, '--all'] : [...words, ...datasets];
}

/**
 * Words as one line that a shell takes apart into the same words.
 * @param platform as Node names it: on `win32` for PowerShell, else for a POSIX shell
 */
export function shellLine(words: readonly string[], platform: string): string {
  const plain = platform === 'win32' ? /^[\w.:\\/=+-]+$/u : /^[\w.:/=+,%@-]+$/u;
  const quote = (word: string): string =>
    platform === 'win32' ? `'${word.replaceAll("'", "''")}'` : `'${word.replaceAll("'", `'\\''`)}'`;
  return words.map((word) => (plain.test(word) ? word : quote(word))).join(' ');
}
