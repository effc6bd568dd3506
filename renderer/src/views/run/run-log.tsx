import { useCallback, useEffect, useMemo, useState } from 'react';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { Panel } from '../../components/page';
import { Select } from '../../components/select';
import { SkeletonRows } from '../../components/skeleton';
import { useNow } from '../../store/clock';
import { usePages } from '../../components/use-pages';
import { LogLines } from './log-lines';
import { logSource } from './log-source';

const levels = [
  { value: 'debug', text: 'All, with details' },
  { value: 'info', text: 'Info and above' },
  { value: 'warn', text: 'Warnings and errors' },
  { value: 'error', text: 'Errors' },
] as const;
type Level = (typeof levels)[number]['value'];

/** What a run wrote down, oldest first; while it works new lines are read on. */
export function RunLog({ run, active }: { readonly run: string; readonly active: boolean }) {
  const [level, setLevel] = useState<Level>('info');
  const [word, setWord] = useState('');
  const pages = usePages(`${run} ${level}`, logSource);
  const { now, look, readOn, refresh } = pages;
  const time = useNow(2000);
  const tick = active ? time : 0;
  useEffect(() => {
    // With the clock while the run works, and once more when it has ended.
    void readOn();
  }, [tick, readOn]);
  const wanted = word.trim().toLowerCase();
  const read = now.rows.length;
  useEffect(() => {
    // A word is looked for in all of the log, not only in what was read so far.
    if (wanted !== '' && now.more) look(read, read);
  }, [wanted, now.more, read, look]);
  const onEnd = useCallback(() => look(read, read), [look, read]);
  const lines = useMemo(
    () => now.rows.filter(({ message, dataset }) => `${dataset ?? ''} ${message}`.toLowerCase().includes(wanted)),
    [now.rows, wanted],
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
      {now.failure !== null && read === 0 ? (
        <ErrorState title="The log could not be read" failure={now.failure} onRetry={() => void refresh()} />
      ) : now.first ? (
        <SkeletonRows rows={5} />
      ) : lines.length === 0 ? (
        <EmptyState
          title={wanted === '' ? 'Nothing is logged at this level' : now.more ? 'Looking …' : 'No line has that word'}
        />
      ) : (
        <LogLines lines={lines} onEnd={onEnd} />
      )}
    </Panel>
  );
}
