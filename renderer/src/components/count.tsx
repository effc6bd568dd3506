import { brief, grouped } from '../format/number';

/** A number, grouped; zero and unknown step back. */
export function Count({ value, short = false }: { readonly value: number | null; readonly short?: boolean }) {
  if (value === null)
    return (
      <span className="faint" title="not known">
        –
      </span>
    );
  const text = short ? brief(value) : grouped(value);
  return (
    <span className={value === 0 ? 'faint' : undefined} title={short ? grouped(value) : undefined}>
      {text}
    </span>
  );
}
