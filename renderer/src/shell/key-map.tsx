import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { useConsole } from '../store/console-store';
import { commands, keysOf } from './commands';
import { Keys } from './keys';
import './palette.css';

const inTables: readonly (readonly [string, string])[] = [
  ['ArrowDown', 'Next row'],
  ['ArrowUp', 'Previous row'],
  ['PageDown', 'A page of rows down'],
  ['PageUp', 'A page of rows up'],
  ['Home', 'First row'],
  ['End', 'Last row'],
  ['Enter', 'Open the row'],
  ['Space', 'Tick the row, to compare runs'],
  ['Escape', 'Close what is open'],
  ['ArrowLeft', 'In the chart of origins: the time before'],
  ['ArrowRight', 'In the chart of origins: the time after'],
];

/** All keys, by what they do. */
export function KeyMap({ onClose }: { readonly onClose: () => void }) {
  const map = useConsole((state) => state.settings.key_map);
  const groups = ['Go to', 'Do', 'Window'] as const;
  return (
    <Dialog
      open
      reading
      onClose={onClose}
      size="xl"
      title="Keyboard map"
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <div className="key-map">
        {groups.map((group) => (
          <section key={group} className="stack stack--tight">
            <h3>{group}</h3>
            {commands
              .filter((command) => command.group === group)
              .map((command) => (
                <div key={command.id} className="row row--spread">
                  <span>{command.text}</span>
                  <Keys keys={keysOf(command, map)} />
                </div>
              ))}
          </section>
        ))}
        <section className="stack stack--tight">
          <h3>In tables and dialogs</h3>
          {inTables.map(([keys, text]) => (
            <div key={keys} className="row row--spread">
              <span>{text}</span>
              <Keys keys={keys} />
            </div>
          ))}
        </section>
      </div>
    </Dialog>
  );
}
