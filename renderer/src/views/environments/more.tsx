import { useState } from 'react';
import type { ReactNode } from 'react';

/**
 * Fields that are seldom needed, below the others.
 * @param open one of them is filled in or wrong
 */
export function More({ open, children }: { readonly open: boolean; readonly children: ReactNode }) {
  // Stays open where what was filled in is emptied again.
  const [shown, setShown] = useState(open);
  return (
    <details className="more" open={open || shown} onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>More</summary>
      <div className="fields">{children}</div>
    </details>
  );
}
