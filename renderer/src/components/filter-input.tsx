import { useEffect, useRef, useState } from 'react';
import './select.css';

/** Not every letter asks the database: what is typed is applied once the typing pauses that long. */
const pauseMs = 400;

/**
 * A word to filter by: applied when the typing pauses, at once on Enter and when the focus leaves; Escape gives back what was there.
 * @param hint what may be given, in words
 * @param shortest with fewer characters nothing can be found: they are applied on request alone
 */
export function FilterInput({
  label,
  hint,
  shortest = 1,
  value,
  onChange,
}: {
  readonly label: string;
  readonly hint: string;
  readonly shortest?: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [edit, setEdit] = useState<{ readonly from: string; readonly text: string } | null>(null);
  // What came from elsewhere meanwhile (a link, Clear) counts more than what was typed.
  const typed = edit?.from === value ? edit.text : null;
  const before = useRef(value);
  // Whoever filters by something else meanwhile is not to lose that.
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    const wanted = typed?.trim() ?? value;
    if (typed === null || wanted === value || (wanted !== '' && wanted.length < shortest)) return;
    const timer = setTimeout(() => {
      // A blank at the end stays in the field: more is to come.
      setEdit({ from: wanted, text: typed });
      change.current(wanted);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [typed, value, shortest]);
  const apply = (wanted: string): void => {
    // What was typed is applied, and must not come back once the filter is cleared.
    setEdit(null);
    before.current = wanted;
    if (wanted !== value) onChange(wanted);
  };
  return (
    <input
      className="field__input"
      aria-label={label}
      title={`${label}: ${hint}`}
      enterKeyHint="search"
      placeholder={label}
      spellCheck={false}
      value={typed ?? value}
      onChange={(event) => setEdit({ from: value, text: event.target.value })}
      onFocus={() => (before.current = value)}
      onBlur={() => apply((typed ?? value).trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply((typed ?? value).trim());
        if (event.key !== 'Escape' || (typed ?? value) === before.current) return;
        event.stopPropagation();
        apply(before.current);
      }}
    />
  );
}
