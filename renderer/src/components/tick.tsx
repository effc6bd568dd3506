import type { ReactNode } from 'react';
import { Checkbox } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import './field.css';

/** A box to tick. Without children its label is for screen readers alone. */
export function Tick({
  label,
  checked,
  some = false,
  disabled = false,
  onChange,
  children,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly some?: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children?: ReactNode;
}) {
  const box = (
    <Checkbox.Root
      className="tick__box"
      checked={checked}
      indeterminate={some}
      disabled={disabled}
      onCheckedChange={onChange}
      {...(children === undefined ? { 'aria-label': label } : {})}
    >
      <Checkbox.Indicator render={<span className="row" />}>
        {some ? <Minus size={12} aria-hidden /> : <Check size={12} strokeWidth={3} aria-hidden />}
      </Checkbox.Indicator>
    </Checkbox.Root>
  );
  if (children === undefined) return box;
  return (
    <label className="tick">
      {box}
      <span className="grow">{children}</span>
    </label>
  );
}
