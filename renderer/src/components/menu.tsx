import type { ReactElement, ReactNode } from 'react';
import { Menu as Base } from '@base-ui/react/menu';
import './menu.css';

export interface MenuItem {
  readonly text: string;
  readonly icon?: ReactNode;
  readonly note?: string;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly onChoose: () => void;
}

/** A button that opens a list of commands; `null` draws a line between two groups. */
export function Menu({
  trigger,
  items,
  children,
}: {
  readonly trigger: ReactElement;
  readonly items: readonly (MenuItem | null)[];
  readonly children: ReactNode;
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger}>{children}</Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="menu__place" role="region" aria-label="Menu" sideOffset={4} align="end">
          <Base.Popup className="menu">
            {items.map((item, index) =>
              item === null ? (
                <Base.Separator key={index} className="menu__line" />
              ) : (
                <Base.Item
                  key={item.text}
                  className={`menu__item ${item.danger === true ? 'menu__item--danger' : ''}`}
                  disabled={item.disabled ?? false}
                  onClick={item.onChoose}
                >
                  <span className="menu__icon">{item.icon}</span>
                  <span className="grow">
                    {item.text}
                    {item.note === undefined ? null : <span className="menu__note">{item.note}</span>}
                  </span>
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
