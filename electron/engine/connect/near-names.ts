/**
 * Names that a misspelt one may stand for: within a third of its length (rounded up) in edits (Levenshtein), letter case aside, nearest first.
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

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, left] of Array.from(a).entries()) {
    const current = [row + 1];
    for (const [column, right] of Array.from(b).entries()) {
      const replaced = (previous[column] ?? 0) + (left === right ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? previous.at(-1) ?? 0;
}
