import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { X } from 'lucide-react';
import { IconButton } from './icon-button';
import { popupOpen } from './popup-open';
import './drawer.css';

/** The detail of a row, beside its table: the table stays in use. Escape closes it. */
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
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented && !popupOpen()) close.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <aside className="drawer" aria-label="Detail">
      <header className="drawer__head">
        <h2 className="grow">{title}</h2>
        <IconButton label="Close (Esc)" icon={<X size={16} aria-hidden />} onClick={onClose} />
      </header>
      <div className="drawer__body" tabIndex={0} role="region" aria-label="Detail, content">
        {children}
      </div>
      {actions === undefined ? null : <footer className="drawer__foot">{actions}</footer>}
    </aside>
  );
}
