import type { ReactNode } from 'react';
import { Database, History, Info, LayoutDashboard, ListOrdered, Server, Settings, Users } from 'lucide-react';
import { waitingWords } from '../../../shared/engine/waiting-words';
import { capital } from '../format/capital';
import { brief } from '../format/number';
import { usePlace } from '../router/router';
import { useConsole } from '../store/console-store';
import { useResource } from '../store/resource';
import { isAlive } from '../views/overview/dataset-state';
import { waitingInAll } from '../views/overview/waiting';
import { load } from './views';

interface Link {
  readonly path: string;
  readonly text: string;
  readonly icon: ReactNode;
  /** first parts of other paths that belong here */
  readonly also?: readonly string[];
}

const views: readonly Link[] = [
  { path: 'overview', text: 'Overview', icon: <LayoutDashboard size={16} aria-hidden />, also: ['plan'] },
  { path: 'queue', text: 'Queue', icon: <ListOrdered size={16} aria-hidden />, also: ['entity'] },
  { path: 'runs', text: 'Runs', icon: <History size={16} aria-hidden />, also: ['tasks', 'compare'] },
  { path: 'origins', text: 'Origins', icon: <Users size={16} aria-hidden /> },
  { path: 'datasets', text: 'Datasets', icon: <Database size={16} aria-hidden /> },
];
const rest: readonly Link[] = [
  { path: 'environments', text: 'Environments', icon: <Server size={16} aria-hidden />, also: ['check'] },
  { path: 'settings', text: 'Settings', icon: <Settings size={16} aria-hidden /> },
  { path: 'about', text: 'About and support', icon: <Info size={16} aria-hidden /> },
];

export function Rail() {
  const { parts } = usePlace();
  const open = useConsole((state) => (state.session ?? null) !== null);
  const status = useResource('environment.status', open ? {} : null);
  const waiting = status.data === undefined ? null : waitingInAll(status.data);
  const count = waiting === null ? 0 : waiting.queued + waiting.captured;
  const running = status.data?.running.filter(isAlive).length ?? 0;
  const current = parts[0] ?? (open ? 'overview' : 'environments');
  const link = ({ path, text, icon, also = [] }: Link, needsSession: boolean, number?: ReactNode): ReactNode => (
    <a
      key={path}
      className="rail__link"
      href={`#/${path}`}
      aria-current={current === path || also.includes(current) ? 'page' : undefined}
      aria-disabled={needsSession && !open ? true : undefined}
      tabIndex={needsSession && !open ? -1 : undefined}
      onPointerEnter={() => void load(path)}
      onFocus={() => void load(path)}
    >
      {icon}
      <span className="cut">{text}</span>
      {number}
    </a>
  );
  const numbers: Readonly<Record<string, ReactNode>> = {
    queue:
      waiting === null || count === 0 ? null : (
        <span className="rail__number" title={capital(waitingWords(waiting))}>
          {brief(count)}
          <span className="only-read"> {count === 1 ? 'change waits' : 'changes wait'}</span>
        </span>
      ),
    runs:
      running === 0 ? null : (
        <span className="rail__number" title={`${running} under way`}>
          {running}
          <span className="only-read"> under way</span>
        </span>
      ),
  };
  return (
    <nav className="rail" aria-label="Views">
      {views.map((view) => link(view, true, numbers[view.path]))}
      <div className="rail__rest">{rest.map((view) => link(view, false))}</div>
    </nav>
  );
}
