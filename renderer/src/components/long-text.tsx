import { useState } from 'react';
import { visibleText } from '../../../shared/visible';
import { grouped } from '../format/number';
import './long-text.css';

const most = 400;

/** Text of any length: a long one is cut, and opened on request within a box of its own. */
export function LongText({ text: given, code = false }: { readonly text: string; readonly code?: boolean }) {
  const [open, setOpen] = useState(false);
  const text = visibleText(given);
  const look = `long-text ${code ? 'code' : ''}`;
  if (text.length <= most) return <p className={look}>{text}</p>;
  return (
    <div className={look}>
      <p className={open ? 'long-text__all' : undefined} tabIndex={open ? 0 : undefined}>
        {open ? text : `${text.slice(0, most)}…`}
      </p>
      <button type="button" className="link" onClick={() => setOpen(!open)}>
        {open ? 'Show less' : `Show all ${grouped(text.length)} characters`}
      </button>
    </div>
  );
}
