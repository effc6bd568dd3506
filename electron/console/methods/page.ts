/** One page of a list that was asked for one more than is shown: whether that is there, tells whether there are more. */
export function page<T>(found: readonly T[], limit: number): { readonly items: T[]; readonly more: boolean } {
  return { items: found.slice(0, limit), more: found.length > limit };
}
