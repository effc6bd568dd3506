/** Fields that PostgreSQL sends beside the words of an error. */
interface Fields {
  readonly code?: unknown;
  readonly where?: unknown;
  readonly routine?: unknown;
  readonly constraint?: unknown;
  readonly dataType?: unknown;
  readonly schema?: unknown;
  readonly table?: unknown;
  readonly column?: unknown;
}

/**
 * Why a server refused a statement, without its words: those may repeat any value of a row, and who reads this is not told which
 * columns are masked. Gives null for what no server refused, and where its words tell of no value.
 */
export function refusalFacts(error: unknown): string | null {
  if (!(error instanceof Error) || !('severity' in error)) return null;
  const { code, where, routine, ...names } = error as Fields;
  if (typeof code !== 'string') return null;
  const byFunction = routine === 'exec_stmt_raise' || (typeof where === 'string' && /\bfunction\b/i.test(where));
  if (!byFunction && speaksOfNoValue.test(code)) return null;
  const meaning = byFunction ? 'inside a function or trigger' : meanings[code];
  // What a function raises may name anything as its table or column.
  const named = byFunction ? [] : labels.flatMap(([field, label]) => nameOf(label, names[field]));
  const facts = [`SQLSTATE ${code}${meaning === undefined ? '' : ` (${meaning})`}`, ...named];
  if (typeof routine === 'string' && /^\w{1,63}$/.test(routine)) facts.push(`routine ${routine}`);
  return `${facts.join(', ')}; the words of the server are in its own log, since they may hold values`;
}

/** Connections, transactions, resources, locks, stops, disks; rights. */
const speaksOfNoValue = /^(08|25|40|53|55|57|58|42501)/;

function nameOf(label: string, name: unknown): string[] {
  return typeof name === 'string' ? [`${label} "${name}"`] : [];
}

const labels = [
  ['constraint', 'constraint'],
  ['dataType', 'type'],
  ['schema', 'schema'],
  ['table', 'table'],
  ['column', 'column'],
] as const;

const meanings: Readonly<Record<string, string>> = {
  '22001': 'a text is longer than its type allows',
  '22003': 'a number is out of the range of its type',
  '22007': 'a text is no date or time',
  '22008': 'a date or time is out of range',
  '22012': 'a division by zero',
  '22021': 'a text is not in the encoding of the server',
  '22P02': 'a text has not the form of its type',
  '22P05': 'a character cannot be stored',
  '23514': 'a check is broken',
  '42703': 'a column is gone',
  '42804': 'a type does not fit',
  '42883': 'a function or operator is gone',
  '42P01': 'a table is gone',
  '54000': 'a limit of the server is exceeded',
};
