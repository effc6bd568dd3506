import { useState } from 'react';
import { Command as List, defaultFilter } from 'cmdk';
import { Dialog } from '@base-ui/react/dialog';
import { ArrowRight, Database, Search, Zap } from 'lucide-react';
import { keyQuery, keyText } from '../format/key';
import { go } from '../router/router';
import { openRun, preview, verify } from '../store/actions';
import { useConsole } from '../store/console-store';
import { useResource } from '../store/resource';
import { commands, keysOf } from './commands';
import { Keys } from './keys';
import { typedTargets } from './typed-targets';
import type { TypedTarget } from './typed-targets';
import { useEntitySearch } from './use-entity-search';
import './palette.css';

/** What has a word that begins with the letters comes before what has them anywhere: `ver` means Verify, not Overview. */
const rank = (value: string, letters: string): number => {
  const score = defaultFilter(value, letters);
  const begins = ` ${value.toLowerCase()}`.includes(` ${letters.trim().toLowerCase()}`);
  return begins ? 1 + score : score;
};

const groups = ['Go to', 'Do', 'Window'] as const;

/** The group with the best match first: Enter chooses the first of all. */
function inOrder(letters: string): readonly (typeof groups)[number][] {
  if (letters.trim() === '') return groups;
  const best = (group: string): number =>
    Math.max(0, ...commands.filter((each) => each.group === group).map(({ text }) => rank(text, letters)));
  return [...groups].sort((one, other) => best(other) - best(one));
}

function openTyped(is: TypedTarget['is']): void {
  if ('run' in is) void openRun(is.run);
  else go(`/entity/${encodeURIComponent(is.dataset)}/${encodeURIComponent(is.key)}`);
}

/** Every command, dataset and entity, by a few letters. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const session = useConsole((state) => state.session ?? null);
  const ended = useConsole((state) => state.connection === 'ended');
  const map = useConsole((state) => state.settings.key_map);
  const profiles = useResource('profiles.list', {}).data?.profiles ?? [];
  const here = useConsole((state) => state.here);
  const typed = session === null ? [] : typedTargets(text, session.datasets);
  const entities = useEntitySearch(session === null ? '' : text);
  const choose = (run: () => void) => () => {
    onClose();
    run();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog__veil" />
        <Dialog.Popup className="palette" aria-label="Command palette">
          <List label="Command palette" loop filter={rank}>
            <div className="palette__search">
              <Search size={16} aria-hidden />
              <List.Input
                value={text}
                onValueChange={setText}
                placeholder="A view, a command, a dataset, the key of an entity …"
              />
              <kbd>Esc</kbd>
            </div>
            <List.List className="palette__list">
              <List.Empty className="palette__empty">Nothing is called that.</List.Empty>
              {typed.length === 0 ? null : (
                <List.Group heading="As it is typed">
                  {typed.map(({ text: shown, note, is }) => (
                    <List.Item key={shown} value={`${text} typed ${shown}`} onSelect={choose(() => openTyped(is))}>
                      <ArrowRight size={14} aria-hidden />
                      <span className="cut grow">{shown}</span>
                      <span className="faint small">{note}</span>
                    </List.Item>
                  ))}
                </List.Group>
              )}
              {entities.length === 0 ? null : (
                <List.Group heading="Entities in the queue">
                  {entities.map(({ dataset, key }) => (
                    <List.Item
                      key={`${dataset} ${keyText(key)}`}
                      value={`${text} entity ${dataset} ${keyText(key)}`}
                      onSelect={choose(() =>
                        go(`/entity/${encodeURIComponent(dataset)}/${encodeURIComponent(keyQuery(key))}`),
                      )}
                    >
                      <Database size={14} aria-hidden />
                      <span className="cut grow">
                        {dataset} {keyText(key)}
                      </span>
                      <span className="faint small">explain</span>
                    </List.Item>
                  ))}
                </List.Group>
              )}
              {Object.keys(here).length === 0 ? null : (
                <List.Group heading="In this view">
                  {Object.entries(here).flatMap(([owner, offered]) =>
                    offered.map((command) => (
                      <List.Item
                        key={`${owner} ${command.text}`}
                        value={`here ${command.text}`}
                        disabled={ended || (command.disabled ?? false)}
                        onSelect={choose(command.onChoose)}
                      >
                        <Zap size={14} aria-hidden />
                        <span className="grow cut">{command.text}</span>
                      </List.Item>
                    )),
                  )}
                </List.Group>
              )}
              {inOrder(text).map((group) => (
                <List.Group key={group} heading={group}>
                  {commands
                    .filter((command) => command.group === group && (session !== null || !command.session))
                    .map((command) => (
                      <List.Item
                        key={command.id}
                        value={`${group} ${command.text}`}
                        disabled={ended && group === 'Do'}
                        onSelect={choose(command.run)}
                      >
                        {group === 'Do' ? <Zap size={14} aria-hidden /> : <ArrowRight size={14} aria-hidden />}
                        <span className="grow cut">{command.text}</span>
                        <Keys keys={keysOf(command, map)} />
                      </List.Item>
                    ))}
                </List.Group>
              ))}
              {session === null ? null : (
                <List.Group heading="Datasets">
                  {session.datasets.slice(0, 500).flatMap((name) => [
                    <List.Item
                      key={`preview ${name}`}
                      value={`preview ${name}`}
                      disabled={ended}
                      onSelect={choose(() => void preview([name]))}
                    >
                      <Zap size={14} aria-hidden />
                      <span className="grow cut">Preview {name}</span>
                    </List.Item>,
                    <List.Item
                      key={`sync ${name}`}
                      value={`sync ${name}`}
                      disabled={ended || session.environment.read_only}
                      onSelect={choose(() => go('/overview', { sync: name }))}
                    >
                      <Zap size={14} aria-hidden />
                      <span className="grow cut">Sync {name} …</span>
                    </List.Item>,
                    <List.Item
                      key={`verify ${name}`}
                      value={`verify ${name}`}
                      disabled={ended}
                      onSelect={choose(() => void verify([name]))}
                    >
                      <Zap size={14} aria-hidden />
                      <span className="grow cut">Verify {name}</span>
                    </List.Item>,
                    <List.Item
                      key={`queue ${name}`}
                      value={`queue of ${name}`}
                      onSelect={choose(() => go('/queue', { dataset: name }))}
                    >
                      <ArrowRight size={14} aria-hidden />
                      <span className="grow cut">Queue of {name}</span>
                    </List.Item>,
                  ])}
                </List.Group>
              )}
              {profiles.length === 0 ? null : (
                <List.Group heading="Environments">
                  {profiles.map(({ profile: { id, name } }) => (
                    <List.Item
                      key={id}
                      value={`open environment ${name}`}
                      onSelect={choose(() => go('/environments', { open: id }))}
                    >
                      <ArrowRight size={14} aria-hidden />
                      <span className="grow cut">Open {name} …</span>
                    </List.Item>
                  ))}
                </List.Group>
              )}
            </List.List>
          </List>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
