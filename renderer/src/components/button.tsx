import { use } from 'react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { LoaderCircle } from 'lucide-react';
import { NobodyThere } from './nobody-there';
import './button.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly icon?: ReactNode;
  readonly busy?: boolean;
  readonly small?: boolean;
  /** does its work without the console */
  readonly alone?: boolean;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
}

/** While it is busy it takes no click, and keeps the focus. */
export function Button({
  look = 'plain',
  icon,
  busy = false,
  small = false,
  alone = false,
  children,
  ...rest
}: ButtonProps) {
  const { className = '', onClick, disabled = false, ...others } = rest;
  const nobodyThere = use(NobodyThere);
  return (
    <button
      type="button"
      {...others}
      disabled={disabled || (nobodyThere && !alone)}
      className={`button button--${look} ${small ? 'button--small' : ''} ${className}`}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <LoaderCircle className="button__spin" size={14} aria-hidden /> : icon}
      {children}
    </button>
  );
}
