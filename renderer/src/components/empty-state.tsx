import type { ReactNode } from 'react';
import './state.css';

/** There is nothing here, why that is so, and what to do next. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="state">
      {icon === undefined ? null : <div className="state__icon">{icon}</div>}
      <h2>{title}</h2>
      {children === undefined ? null : <div className="state__text">{children}</div>}
      {actions === undefined ? null : <div className="row row--wrap state__actions">{actions}</div>}
    </div>
  );
}
