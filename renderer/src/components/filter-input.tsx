import { useState } from 'react';
import './select.css';

/** A word to filter by: applied on Enter and when the focus leaves, so that not every letter asks the database. */
export function FilterInput({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [edit, setEdit] = useState<{ readonly from: string; readonly text: string } | null>(null);
  // What came from elsewhere meanwhile (a link, Clear) counts more than what was typed.
  const text = edit?.from === value ? edit.text : value;
  const done = (): void => {
    // What was typed is applied, and must not come back once the filter is cleared.
    setEdit(null);
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <input
      className="field__input"
      aria-label={label}
      title={`${label}: Enter applies it`}
      enterKeyHint="search"
      placeholder={label}
      spellCheck={false}
      value={text}
      onChange={(event) => setEdit({ from: value, text: event.target.value })}
      onBlur={done}
      onKeyDown={(event) => {
        if (event.key === 'Enter') done();
      }}
    />
  );
}
