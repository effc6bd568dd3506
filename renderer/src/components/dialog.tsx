import { useRef } from 'react';
import type { ReactNode } from 'react';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { Button } from './button';
import { NobodyThere } from './nobody-there';
import './dialog.css';

const fields = 'input[type=text], input[type=password], input:not([type]), textarea';

/**
 * A question or a form above the page. The first field to type into has the focus; Escape and the cross close it, and the focus goes
 * back to where it was.
 */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  actions,
  size = 'm',
  danger = false,
  reading = false,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  readonly actions: ReactNode;
  readonly size?: 'm' | 'l' | 'xl';
  readonly danger?: boolean;
  /** Its body is only read: where it is longer than the window, keys scroll it. */
  readonly reading?: boolean;
}) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      {/* What closes it needs nobody; a question asks by itself whether anybody is there. */}
      <NobodyThere value={false}>
        <Base.Portal>
          <Base.Backdrop className="dialog__veil" />
          <Base.Popup
            ref={popup}
            className={`dialog dialog--${size} ${danger ? 'dialog--danger' : ''}`}
            initialFocus={() => popup.current?.querySelector<HTMLElement>(fields) ?? true}
          >
            <header className="dialog__head">
              <Base.Title className="dialog__title">{title}</Base.Title>
              <Base.Close render={<Button look="quiet" className="button--icon" aria-label="Close" />}>
                <X size={16} aria-hidden />
              </Base.Close>
            </header>
            <div
              className="dialog__body"
              {...(reading ? { tabIndex: 0, role: 'region', 'aria-label': title } : { tabIndex: -1 })}
            >
              {description === undefined ? null : (
                <Base.Description className="soft" render={<div />}>
                  {description}
                </Base.Description>
              )}
              {children}
            </div>
            <footer className="dialog__foot">{actions}</footer>
          </Base.Popup>
        </Base.Portal>
      </NobodyThere>
    </Base.Root>
  );
}
