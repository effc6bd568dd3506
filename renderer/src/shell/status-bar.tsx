import { User } from 'lucide-react';
import { When } from '../components/when';
import { useConsole } from '../store/console-store';
import { useResource } from '../store/resource';
import { shortId } from '../format/id';
import { isAlive } from '../views/overview/dataset-state';

/** The foot of the window: are we connected, does something run, who am I. */
export function StatusBar() {
  const connection = useConsole((state) => state.connection);
  const session = useConsole((state) => state.session ?? null);
  const unreachable = useConsole((state) => state.unreachable);
  const info = useConsole((state) => state.info);
  const status = useResource('environment.status', session === null ? null : {});
  const running = status.data?.running.find(isAlive);
  const operator = session?.operator ?? info?.operator ?? '';
  const databases = (session?.databases ?? [])
    .map(({ name, engine }) => `${name} (${engine === 'redis' ? 'Redis' : 'PostgreSQL'})`)
    .join(' · ');
  const lamp =
    connection === 'open' ? (unreachable === null ? '' : 'status-bar__lamp--lost') : 'status-bar__lamp--waiting';
  const servers =
    unreachable === null
      ? 'Connected'
      : unreachable.retryAt === null
        ? 'A login is refused'
        : 'Not all databases answer';
  return (
    <footer className="status-bar">
      <span className="status-bar__item status-bar__item--whole" role="status">
        <span className={`status-bar__lamp ${lamp}`} />
        {connection === 'open' ? (session === null ? 'Ready' : servers) : waiting[connection]}
      </span>
      {session === null ? null : (
        <span className="status-bar__item">
          <span className="cut" title={databases}>
            {databases}
          </span>
        </span>
      )}
      <span className="grow" />
      {running === undefined ? null : (
        <a className="status-bar__item status-bar__item--whole" href={`#/runs/${running.id}`}>
          Run {shortId(running.id)}, begun <When at={running.since} />
        </a>
      )}
      <span className="status-bar__item" title={`${operator}, the operator whose name each run keeps`}>
        <User size={12} aria-hidden />
        <span className="cut">{operator}</span>
      </span>
      {info?.versions['astro-sync'] === undefined ? null : (
        <span className="status-bar__item status-bar__item--whole">{info.versions['astro-sync']}</span>
      )}
    </footer>
  );
}

const waiting = {
  connecting: 'Connecting',
  lost: 'Reconnecting',
  silent: 'The console does not answer',
  ended: 'The console has ended',
} as const;
