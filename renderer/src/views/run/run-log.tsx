import { useEffect, useState } from 'react';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { Panel } from '../../components/page';
import { Select } from '../../components/select';
import { SkeletonRows } from '../../components/skeleton';
import { Button } from '../../components/button';
import { clockTime, exact } from '../../format/time';
import { useNow } from '../../store/clock';
import { usePages } from '../../components/use-pages';
import { logSource } from './log-source';

const levels = [
  { value: 'debug', text: 'All, with details' },
  { value: 'info', text: 'Info and above' },
  { value: 'warn', text: 'Warnings and errors' },
  { value: 'error', text: 'Errors' },
] as const;
type Level = (typeof levels)[number]['value'];
const tones = { debug: 'faint', info: 'soft', warn: 'warn strong', error: 'bad strong' } as const;

/** What a run wrote down, oldest first; while it works new lines are read on. */
export function RunLog({ run, active }: { readonly run: string; readonly active: boolean }) {
  const [level, setLevel] = useState<Level>('info');
  const [word, setWord] = useState('');
  const pages = usePages(`${run} ${level}`, logSource);
  const { now, look, refresh } = pages;
  const tick = useNow(2000);
  useEffect(() => {
    if (active && now.rows.length < 400) void refresh();
    // Read again with the clock while the run works, and once more when it has ended.
  }, [tick, active, refresh, now.rows.length]);
  const lines = now.rows.filter(({ message, dataset }) =>
    `${dataset ?? ''} ${message}`.toLowerCase().includes(word.toLowerCase()),
  );
  return (
    <Panel
      flush
      title="Log"
      actions={
        <div className="row">
          <input
            className="field__input"
            style={{ width: 180 }}
            aria-label="Find in the log"
            placeholder="Find in the log"
            value={word}
            onChange={(event) => setWord(event.target.value)}
          />
          <Select quiet label="Level" value={level} choices={levels} onChange={setLevel} />
        </div>
      }
    >
      {now.failure !== null ? (
        <ErrorState title="The log could not be read" failure={now.failure} onRetry={() => void refresh()} />
      ) : now.first ? (
        <SkeletonRows rows={5} />
      ) : lines.length === 0 ? (
        <EmptyState title={word === '' ? 'Nothing is logged at this level' : 'No line has that word'} />
      ) : (
        <div className="log__frame" tabIndex={0} role="region" aria-label="Log lines">
          <ul className="log">
            {lines.map(({ id, at, level: its, dataset, message }) => (
              <li key={id}>
                <time className="faint" dateTime={at} title={exact(at)}>
                  {clockTime(at)}
                </time>
                <span className={tones[its]}>{its}</span>
                <span className="soft cut" title={dataset ?? undefined}>
                  {dataset}
                </span>
                <span className="log__message">{message}</span>
              </li>
            ))}
          </ul>
          {now.more ? (
            <Button small look="quiet" busy={now.loading} onClick={() => look(now.rows.length, now.rows.length)}>
              Read on
            </Button>
          ) : null}
        </div>
      )}
    </Panel>
  );
}
