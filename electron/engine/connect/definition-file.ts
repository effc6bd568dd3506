import { LineCounter, isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document, Node } from 'yaml';
import { SyncError } from '../errors';
import { tooDeepAt } from './nesting';
import { NoText, readTextFile } from './read-text-file';

/** A definition in YAML or JSON, read but not yet checked. */
export interface DefinitionFile {
  readonly file: string;
  readonly data: unknown;
  /** The line (from 1) of what stands at that path; of the nearest thing around it where it is not there. */
  line(path: readonly PropertyKey[]): number;
}

/** Code of the errors of such a file. */
export type DefinitionErrorCode = 'ENVIRONMENT_INVALID' | 'DATASET_INVALID';

/**
 * Reads a YAML or JSON file (JSON is read as YAML). An empty file is null.
 * @throws SyncError with the given code: no such file, not UTF-8 text, a syntax error with its line, what is
 * nested deeper than any definition, aliases that multiply
 */
export async function readDefinitionFile(file: string, code: DefinitionErrorCode): Promise<DefinitionFile> {
  const text = await readText(file, code);
  const deep = tooDeepAt(text);
  if (deep !== null) {
    throw new SyncError(code, `${file}:${String(deep)}: nested deeper than a definition is; expected a few levels`, {
      hint: 'The file may be cut off, or none of definitions.',
      details: { file, line: deep },
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'silent',
  });
  const problem = document.errors[0] ?? document.warnings[0];
  const at = problem?.pos[0] ?? danglingAlias(document);
  if (at !== undefined) {
    const { line } = lines.linePos(at);
    const what = problem === undefined ? 'an alias of an anchor that is not set before it' : firstLine(problem.message);
    throw new SyncError(code, `${file}:${String(line)}: ${what}`, {
      hint: 'The file has to be YAML or JSON.',
      details: { file, line },
    });
  }
  keepNumbersAsWritten(document);
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    const reason = cause instanceof Error ? firstLine(cause.message) : 'it cannot be read';
    throw new SyncError(code, `${file}: ${reason}`, {
      hint: 'Write aliases out where they repeat often.',
      details: { file },
      cause,
    });
  }
  return {
    file,
    data,
    line: (path) => lines.linePos(offsetOf(document, path)).line,
  };
}

async function readText(file: string, code: DefinitionErrorCode): Promise<string> {
  try {
    return await readTextFile(file);
  } catch (cause) {
    if (!(cause instanceof NoText)) throw cause;
    throw new SyncError(code, `${file}: ${cause.message}`, { details: { file }, cause });
  }
}

/** Where the first alias stands that stands for nothing. */
function danglingAlias(document: Document): number | undefined {
  let at: number | undefined;
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) !== undefined) return undefined;
      at = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return at;
}

/** Values of maps keep the digits that stand in the file (1.10, 12345678901234567890), which a JS number would lose. */
function keepNumbersAsWritten(document: Document): void {
  visit(document, {
    Scalar(_key, node, path) {
      if (typeof node.value !== 'number' || node.source === undefined) return;
      const isValue = path.some((step) => isPair(step) && isScalar(step.key) && valueKeys.has(String(step.key.value)));
      const loses = Number.isInteger(node.value) && !Number.isSafeInteger(node.value);
      if (isValue || loses) node.value = node.source;
    },
  });
}

const valueKeys: ReadonlySet<string> = new Set(['map', 'else', 'mark']);

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = start(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return offset;
      offset = start(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = start(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function start(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? text;
}
