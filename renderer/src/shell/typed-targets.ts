/** What the letters themselves name: an entity of a dataset by its key, a run by the beginning of its id. */
export interface TypedTarget {
  readonly text: string;
  readonly note: string;
  readonly is: { readonly dataset: string; readonly key: string } | { readonly run: string };
}

/** @param datasets names that are known */
export function typedTargets(typed: string, datasets: readonly string[]): readonly TypedTarget[] {
  const letters = typed.trim();
  const targets: TypedTarget[] = [];
  // Of `a` and `a b` the longer one is meant.
  const dataset = datasets
    .filter((name) => letters.toLowerCase().startsWith(`${name.toLowerCase()} `))
    .toSorted((a, b) => b.length - a.length)[0];
  const key = dataset === undefined ? '' : letters.slice(dataset.length).trim();
  if (dataset !== undefined && key !== '')
    targets.push({ text: `${dataset} ${key}`, note: 'explain', is: { dataset, key } });
  if (/^[0-9a-f]{6}[0-9a-f-]{0,30}$/i.test(letters))
    targets.push({ text: `Run ${letters}`, note: 'by its id', is: { run: letters.toLowerCase() } });
  return targets;
}
