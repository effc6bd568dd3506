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
  /** file of the environment */
  readonly file: string;
  /** folder or file of the definitions */
  readonly definitions: string;
  /** every dataset that is defined there */
  readonly all: readonly string[];
}

/** An environment that is open in the console, as far as it tells which file the terminal takes for it. */
export interface OpenedFrom {
  readonly name: string;
  readonly sandbox: boolean;
  /** the file it was opened from; null where it is saved in the console, which the terminal does not read */
  readonly file: string | null;
}

/** The name of the file as which a saved environment is written down for the terminal. */
export function savedAsFile(name: string): string {
  return `${name}.yaml`;
}

/**
 * The file that names an open environment to the terminal, also one that is yet to be written: without it, the terminal would take
 * the `astro-sync.yaml` of whatever folder it is in.
 * @returns null of the sandbox, whose servers are the console's own
 */
export function fileForTerminal({ name, sandbox, file }: OpenedFrom): string | null {
  return sandbox ? null : (file ?? savedAsFile(name));
}

/** The words of the same for a terminal. @returns without the name of the program */
export function terminalWords({ kind, mode, datasets, approved, retryFailed }: Repeatable, place: Place): string[] {
  const words: string[] = ['-e', place.file, '-d', place.definitions, kind];
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
