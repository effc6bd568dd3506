import { shortId } from '../format/id';
import { href } from '../router/router';

/** Leads to a run; its whole id on hover. */
export function RunLink({ id, word = 'run' }: { readonly id: string; readonly word?: string }) {
  return (
    <a href={href(`/runs/${encodeURIComponent(id)}`)} title={id}>
      {word} {shortId(id)}
    </a>
  );
}
