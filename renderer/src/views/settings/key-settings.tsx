import { useState } from 'react';
import { Button } from '../../components/button';
import { Panel } from '../../components/page';
import { commands, keysOf } from '../../shell/commands';
import { takenBy } from '../../shell/taken-keys';
import { Keys } from '../../shell/keys';
import { keysMeant, typedKeys } from '../../shell/typed-keys';

const mac = navigator.userAgent.includes('Mac');

/** Keys of commands, and others in their place. */
export function KeySettings({
  map,
  onChange,
}: {
  readonly map: Readonly<Record<string, string>>;
  readonly onChange: (map: Record<string, string>) => void;
}) {
  const [editing, setEditing] = useState<{ readonly id: string; readonly keys: string } | null>(null);
  const all = commands.map((command) => ({ ...command, keys: keysOf(command, map) }));
  const taken = editing === null ? null : takenBy(editing.id, keysMeant(editing.keys), all);
  const keep = (id: string, keys: string): void => {
    // What another command has stays with that one: two of one key, and one of them would never be reached.
    if (keys !== '' && takenBy(id, keys, all) !== null) return;
    const { [id]: _before, ...rest } = map;
    onChange(keys === '' ? rest : { ...rest, [id]: keys });
    setEditing(null);
  };
  return (
    <Panel
      title="Keys"
      about={
        <>
          <code>g o</code>: one after the other; <code>{typedKeys('mod+k', mac)}</code>: together
        </>
      }
      flush
    >
      <table className="table">
        <tbody>
          {commands.map((command) => {
            const { id, text } = command;
            return (
              <tr key={id}>
                <td>{text}</td>
                <td style={{ width: 240 }}>
                  {editing?.id === id ? (
                    <>
                      <input
                        className="field__input"
                        aria-invalid={taken !== null}
                        aria-label={`Keys of ${text}`}
                        autoFocus
                        value={editing.keys}
                        onChange={(event) => setEditing({ id, keys: event.target.value })}
                        onBlur={() => (taken === null ? keep(id, keysMeant(editing.keys)) : setEditing(null))}
                        onKeyDown={(event) => {
                          if (event.key === 'Enter') keep(id, keysMeant(editing.keys));
                          if (event.key === 'Escape') setEditing(null);
                        }}
                      />
                      {taken === null ? null : (
                        <p className="small bad" role="alert">
                          {taken.text} has these keys. Change those first.
                        </p>
                      )}
                    </>
                  ) : (
                    <Keys keys={keysOf(command, map)} />
                  )}
                </td>
                <td className="number" style={{ width: 160 }}>
                  <Button
                    small
                    look="quiet"
                    aria-label={`Change the keys of ${text}`}
                    onClick={() => setEditing({ id, keys: typedKeys(keysOf(command, map) ?? '', mac) })}
                  >
                    Change
                  </Button>
                  {map[id] === undefined ? null : (
                    <Button small look="quiet" aria-label={`Shipped keys of ${text}`} onClick={() => keep(id, '')}>
                      Reset
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}
