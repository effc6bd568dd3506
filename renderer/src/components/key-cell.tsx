import { keyText, keyValue } from '../format/key';
import './key-cell.css';

/** Characters that stay at the end of a value that is cut: ids often begin alike and differ there. */
const end = 4;

/** One that is no longer than what it may be cut to (its least width in the styles) is shown whole. */
const whole = 9;

/**
 * The key of an entity in the cell of a table: its values, without the names of the columns, which stand in the title. Where there is
 * too little room each is cut in its middle.
 */
export function KeyCell({ value: key }: { readonly value: Readonly<Record<string, string>> }) {
  return (
    <code className="key-cell" title={keyText(key)}>
      {Object.entries(key).map(([name, text], index) => {
        const characters = Array.from(keyValue(text));
        return (
          <span key={name} className={`key-cell__value ${characters.length > whole ? 'key-cell__value--long' : ''}`}>
            {index === 0 ? null : <span className="key-cell__between">{' \u00b7 '}</span>}
            <span className="key-cell__head">{characters.slice(0, -end).join('')}</span>
            <span className="key-cell__end">{characters.slice(-end).join('')}</span>
          </span>
        );
      })}
    </code>
  );
}
