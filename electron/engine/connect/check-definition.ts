import type { z } from 'zod';
import { SyncError } from '../errors';
import type { DefinitionErrorCode, DefinitionFile } from './definition-file';
import { nearNames } from './near-names';
import { propertiesAt } from './schema-properties';

type Issue = z.core.$ZodIssue;

/** One thing that is wrong in a file. */
export interface DefinitionProblem {
  readonly line: number;
  /** As one would write it: databases.cache.url, [2].source.columns. */
  readonly path: string;
  readonly message: string;
}

/**
 * Checks what was read against its schema.
 * @param path where in the file the checked part stands
 * @throws SyncError with file, line, path and what was expected; details.problems lists all (at most 20)
 */
export function checkDefinition<T>(
  schema: z.ZodType<T>,
  source: DefinitionFile,
  code: DefinitionErrorCode,
  path: readonly PropertyKey[] = [],
): T {
  const value = path.reduce<unknown>(
    (data, step) => (data as Record<PropertyKey, unknown> | null)?.[step],
    source.data,
  );
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const problems = explainAll(result.error.issues, schema, [], source, path).slice(0, 20);
  const [first] = problems;
  const rest = problems.length > 1 ? ` (and ${String(problems.length - 1)} more)` : '';
  const where = first?.path === '' ? '' : `${first?.path ?? ''}: `;
  throw new SyncError(
    code,
    `${source.file}:${String(first?.line ?? 1)}: ${where}${first?.message ?? 'is not valid'}${rest}`,
    {
      ...(problems.length > 1
        ? {
            hint: problems
              .slice(1, 4)
              .map((each) => `line ${String(each.line)}: ${each.path}: ${each.message}`)
              .join('; '),
          }
        : {}),
      details: { file: source.file, problems },
    },
  );
}

/** A path as one would write it. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${String(step)}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

/** What is wrong in one place; a misspelt property first, and not once more as missing. */
function explainAll(
  issues: readonly Issue[],
  schema: z.ZodType,
  above: readonly PropertyKey[],
  source: DefinitionFile,
  root: readonly PropertyKey[],
): DefinitionProblem[] {
  const missing = issues.flatMap((issue) => (isMissing(issue) ? [String(issue.path.at(-1))] : []));
  const known = propertiesAt(schema, above);
  const strangers = unknownKeys(issues).filter((key) => !known.includes(key));
  const misspelt = new Set(strangers.flatMap((key) => nearNames(key, missing).slice(0, 1)));
  const told = issues.filter(
    (issue) =>
      !(isMissing(issue) && misspelt.has(String(issue.path.at(-1)))) &&
      // The length of what is of another kind altogether is nobody's concern.
      !(isSize(issue) && issues.some((other) => other.code === 'invalid_type' && samePath(other, issue))),
  );
  return [...told]
    .sort((a, b) => Number(b.code === 'unrecognized_keys') - Number(a.code === 'unrecognized_keys'))
    .flatMap((issue) => explain(issue, schema, above, source, root));
}

function isMissing(issue: Issue): boolean {
  return (
    (issue.code === 'invalid_type' || issue.code === 'invalid_value') &&
    issue.input === undefined &&
    issue.path.length > 0
  );
}

function isSize(issue: Issue): issue is Extract<Issue, { code: 'too_small' | 'too_big' }> {
  return issue.code === 'too_small' || issue.code === 'too_big';
}

function samePath(a: Issue, b: Issue): boolean {
  return pathText(a.path) === pathText(b.path);
}

function valuesText({ values }: Extract<Issue, { code: 'invalid_value' }>): string {
  return values.map((value) => JSON.stringify(value)).join(' or ');
}

/** What of a length or a number was expected: `a number above 0`, `text that is not empty`. */
function sizeText(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const small = issue.code === 'too_small';
  const limit = String(small ? issue.minimum : issue.maximum);
  const bound = issue.inclusive === false ? (small ? 'above' : 'below') : small ? 'of at least' : 'of at most';
  switch (issue.origin) {
    case 'string':
      return small && limit === '1' ? 'text that is not empty' : `text ${bound} ${limit} characters`;
    case 'array':
    case 'set':
      return small && limit === '1' ? 'a list that is not empty' : `a list ${bound} ${limit} entries`;
    default:
      return `a number ${bound} ${limit}`;
  }
}

function unknownKeys(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
}

function explain(
  issue: Issue,
  schema: z.ZodType,
  above: readonly PropertyKey[],
  source: DefinitionFile,
  root: readonly PropertyKey[],
): DefinitionProblem[] {
  const path = [...above, ...issue.path];
  const problem = (at: readonly PropertyKey[], message: string): DefinitionProblem => ({
    line: source.line([...root, ...at]),
    path: pathText([...root, ...at]),
    message,
  });
  switch (issue.code) {
    case 'invalid_union': {
      const branch = nearestBranch(issue.errors, propertiesAt(schema, path));
      if (branch === null) return [problem(path, expectedTypes(issue.errors))];
      return explainAll(branch, schema, path, source, root);
    }
    case 'unrecognized_keys': {
      const known = propertiesAt(schema, path);
      return issue.keys.map((key) => {
        if (known.includes(key)) return problem([...path, key], 'does not go with the other properties here');
        const near = nearNames(key, known);
        const advice = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `expected one of ${known.join(', ')}`;
        return problem([...path, key], `unknown property; ${advice}`);
      });
    }
    case 'invalid_type':
      return [
        issue.input === undefined
          ? problem(path, `missing; expected ${typeName(issue.expected)}`)
          : problem(path, `expected ${typeName(issue.expected)}, found ${found(issue.input)}`),
      ];
    case 'invalid_value': {
      const expected = valuesText(issue);
      return [
        issue.input === undefined
          ? problem(path, `missing; expected ${expected}`)
          : problem(path, `expected ${expected}, found ${found(issue.input)}`),
      ];
    }
    case 'too_small':
    case 'too_big':
      return [problem(path, `expected ${sizeText(issue)}`)];
    case 'invalid_key':
      return [problem(path, issue.issues[0]?.message ?? issue.message)];
    case 'invalid_format':
      return [problem(path, issue.message)];
    default:
      return [problem(path, issue.message)];
  }
}

/**
 * The branch of a union that the author most likely meant: one that failed inside the value rather than on its type, where the
 * fewest things are wrong; a property that is only misspelt counts as one.
 */
function nearestBranch(branches: readonly (readonly Issue[])[], known: readonly string[]): readonly Issue[] | null {
  const inside = branches.filter(
    (issues) =>
      !issues.some(isOfAnotherKind) && issues.some((issue) => issue.path.length > 0 || !isOfAnotherKind(issue)),
  );
  return inside.sort((a, b) => cost(a, known) - cost(b, known))[0] ?? null;
}

/** The value as a whole is not what this branch is about. */
function isOfAnotherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  return issue.code === 'invalid_type' || (issue.code === 'invalid_value' && typeof issue.input !== 'string');
}

function cost(issues: readonly Issue[], known: readonly string[]): number {
  const missing = issues.flatMap((issue) => (isMissing(issue) ? [String(issue.path.at(-1))] : []));
  const unknown = unknownKeys(issues);
  const misspelt = unknown.filter((key) => !known.includes(key) && nearNames(key, missing).length > 0).length;
  return issues.length + unknown.length - 2 * misspelt;
}

function expectedTypes(branches: readonly (readonly Issue[])[]): string {
  const names = branches
    .flat()
    .filter((issue) => issue.path.length === 0 && !isSize(issue))
    .map((issue) =>
      issue.code === 'invalid_type'
        ? typeName(issue.expected)
        : issue.code === 'invalid_value'
          ? valuesText(issue)
          : issue.message,
    );
  return `expected ${[...new Set(names)].join(' or ')}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a group of properties',
  record: 'a group of properties',
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  null: 'nothing',
};

function typeName(expected: string): string {
  return typeNames[expected] ?? expected;
}

/** The kind of what was found, never its text, which may be a secret in the wrong place. */
function found(input: unknown): string {
  if (input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'number' && !Number.isFinite(input)) return 'something that is no number';
  if (typeof input === 'number' && !Number.isInteger(input)) return 'a number with decimals';
  return typeName(typeof input);
}
