import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import './select.css';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly text: string;
}

/** One of some values. */
export function Select<Value extends string>({
  label,
  value,
  choices,
  onChange,
  id,
  quiet = false,
}: {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
  readonly id?: string;
  /** no label beside it: its values say what it is about */
  readonly quiet?: boolean;
}) {
  const text = choices.find((choice) => choice.value === value)?.text ?? value;
  return (
    <Base.Root value={value} onValueChange={(next) => (next === null ? undefined : onChange(next))}>
      <Base.Trigger id={id} className="select" aria-label={quiet ? `${label}: ${text}` : label}>
        <span className="cut">{text}</span>
        <ChevronDown size={14} aria-hidden className="faint" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner
          className="menu__place"
          role="region"
          aria-label={`Choices of ${label}`}
          sideOffset={4}
          alignItemWithTrigger={false}
        >
          <Base.Popup className="menu">
            {choices.map((choice) => (
              <Base.Item key={choice.value} value={choice.value} className="menu__item">
                <span className="menu__icon">
                  <Base.ItemIndicator>
                    <Check size={14} aria-hidden />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText className="grow">{choice.text}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
