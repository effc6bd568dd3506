import './chips.css';

/** Values of which any number may be chosen; none means all. */
export function Chips<Value extends string>({
  label,
  choices,
  chosen,
  onChange,
}: {
  readonly label: string;
  readonly choices: readonly { readonly value: Value; readonly text: string }[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: Value[]) => void;
}) {
  return (
    <div className="chips" role="group" aria-label={label}>
      {choices.map(({ value, text }) => {
        const on = chosen.includes(value);
        return (
          <button
            key={value}
            type="button"
            className="chip cut"
            title={text}
            aria-pressed={on}
            onClick={() => onChange(on ? chosen.filter((each) => each !== value) : [...chosen, value])}
          >
            {text}
          </button>
        );
      })}
    </div>
  );
}
