import type { ReactNode } from 'react';
import './badge.css';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'idle';

/** A word of state with a mark of its own, so that colour is never the only sign. */
export function Badge({
  tone,
  icon,
  children,
  title,
}: {
  readonly tone: Tone;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly title?: string | undefined;
}) {
  return (
    <span className={`badge badge--${tone}`} title={title}>
      {icon}
      <span className="cut">{children}</span>
    </span>
  );
}
