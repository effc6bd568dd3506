/** What a record in the history is called. */
export const runKinds = { plan: 'Preview', run: 'Run', verify: 'Verification' } as const;

/** What an alert is of, by its title, which says it behind the name of the environment. */
export function kindOfAlert({ environment, title }: { readonly environment: string; readonly title: string }): string {
  return title.startsWith(`${environment}: verification `) ? 'verification' : 'run';
}
