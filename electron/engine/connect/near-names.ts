/**
 * Names that a misspelt one may stand for: within a third of its length (rounded up) in edits, letter case aside, nearest first.
 * @returns at most three
 */
export function nearNames(wanted: string, names: Iterable<string>): string[] {
  const limit = Math.max(1, Math.ceil(wanted.length / 3));
  return [...new Set(names)]
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A hint for a name that is not there: the near one, or what there is. */
export function nearNamesHint(wanted: string, names: readonly string[], otherwise: string): string {
  const near = nearNames(wanted, names);
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`;
  return names.length === 0
    ? 'There is none.'
    : `${otherwise} ${names.slice(0, 30).join(', ')}${names.length > 30 ? ', …' : ''}.`;
}

/** Insertions, deletions, replacements and exchanges of neighbours that make one text of the other. */
function editDistance(left: string, right: string): number {
  const a = Array.from(left);
  const b = Array.from(right);
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const exchanged = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(at(i - 1, j - 1) + (same ? 0 : 1), at(i - 1, j) + 1, at(i, j - 1) + 1, exchanged));
    }
  }
  return at(a.length, b.length);
}
