import type { ReactNode } from 'react';
import { Tooltip } from '@base-ui/react/tooltip';
import type { ButtonProps } from './button';
import { Button } from './button';

/** A button that is a picture alone; its words are its name and its tooltip. */
export function IconButton({
  label,
  icon,
  ...rest
}: ButtonProps & { readonly label: string; readonly icon: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        render={<Button look="quiet" {...rest} className={`button--icon ${rest.className ?? ''}`} aria-label={label} />}
      >
        {icon}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6}>
          <Tooltip.Popup className="tooltip">{label}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
