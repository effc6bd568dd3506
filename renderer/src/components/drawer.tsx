import type { ReactNode } from 'react';
import { X } from 'lucide-react';
import { IconButton } from './icon-button';
import { useClosing } from './use-closing';
import './drawer.css';

/** The detail of a row, beside its table: the table stays in use. Escape closes it, and the focus goes back to the table. */
export function Drawer({
  title,
  onClose,
  children,
  actions,
}: {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}) {
  useClosing(onClose);
  return (
    <aside className="drawer" aria-label="Detail">
      <header className="drawer__head">
        <h2 className="grow">{title}</h2>
        <IconButton alone label="Close (Esc)" icon={<X size={16} aria-hidden />} onClick={onClose} />
      </header>
      <div className="drawer__body" tabIndex={0} role="region" aria-label="Detail, content">
        {children}
      </div>
      {actions === undefined ? null : <footer className="drawer__foot">{actions}</footer>}
    </aside>
  );
}
