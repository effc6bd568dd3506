import { exact, relative } from '../format/time';
import { useNow } from '../store/clock';

/** A moment, as people say it; the exact one on hover. */
export function When({ at, none = 'never' }: { readonly at: string | null; readonly none?: string }) {
  const now = useNow();
  if (at === null) return <span className="faint">{none}</span>;
  return (
    <time dateTime={at} title={exact(at)}>
      {relative(at, now)}
    </time>
  );
}
