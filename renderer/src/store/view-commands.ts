import { useEffect, useId, useRef } from 'react';
import { useConsole } from './console-store';

/** Something that can be done in the view that is shown, as a button or a menu of it says it. */
export interface ViewCommand {
  readonly text: string;
  readonly disabled?: boolean;
  readonly onChoose: () => void;
}

/** Offers what a view can do to the palette, as long as the view is shown. */
export function useViewCommands(commands: readonly ViewCommand[]): void {
  const owner = useId();
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  // What is drawn depends on the words alone; what is done is always that of the last drawing.
  const shown = JSON.stringify(commands.map(({ text, disabled = false }) => ({ text, disabled })));
  useEffect(() => {
    const offered = (JSON.parse(shown) as { readonly text: string; readonly disabled: boolean }[]).map(
      ({ text, disabled }): ViewCommand => ({
        text,
        disabled,
        onChoose: () => latest.current.find((each) => each.text === text)?.onChoose(),
      }),
    );
    useConsole.setState(({ here }) => ({ here: { ...here, [owner]: offered } }));
    return () =>
      useConsole.setState(({ here }) => {
        const { [owner]: _gone, ...others } = here;
        return { here: others };
      });
  }, [owner, shown]);
}
