import { Bell, ChevronDown, Keyboard, Lock, Search } from 'lucide-react';
import { IconButton } from '../components/icon-button';
import { LevelBadge } from '../components/level-badge';
import { Menu } from '../components/menu';
import { go } from '../router/router';
import { useConsole } from '../store/console-store';
import { environmentItems } from './environment-items';

const modifier = navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl';

/** Which environment is open, always in view; search, alerts, keys. */
export function TitleBar() {
  const environment = useConsole((state) => state.session?.environment);
  const unread = useConsole((state) => state.unread);
  const items = environmentItems(useConsole((state) => state.info?.host));
  return (
    <header className="title-bar">
      <a className="title-bar__brand" href="#/overview">
        <img src="./icon.svg" alt="" />
        Sync Console
      </a>
      {environment === undefined ? (
        <button type="button" className="title-bar__environment" onClick={() => go('/environments')}>
          <span className="title-bar__dot" />
          <span className="soft">No environment is open</span>
        </button>
      ) : (
        <Menu trigger={<button type="button" className="title-bar__environment" />} items={items}>
          <span className="title-bar__dot" />
          <span className="strong cut" title={environment.name}>
            {environment.name}
          </span>
          <LevelBadge level={environment.level} />
          {environment.read_only ? <Lock size={13} aria-label="read-only" /> : null}
          <ChevronDown size={14} aria-hidden />
        </Menu>
      )}
      <div className="grow" />
      <button
        type="button"
        className="title-bar__search"
        aria-label="Search or do …"
        onClick={() => useConsole.setState({ overlay: 'palette' })}
      >
        <Search size={14} aria-hidden />
        <span className="grow cut" style={{ textAlign: 'left' }}>
          Search or do …
        </span>
        <kbd>{modifier} K</kbd>
      </button>
      <IconButton
        label={unread === 0 ? 'Alerts' : `Alerts, ${unread} unread`}
        icon={<Bell size={16} aria-hidden />}
        className={unread === 0 ? '' : 'title-bar__unread'}
        data-unread={unread > 99 ? '99+' : unread}
        onClick={() => useConsole.setState({ overlay: 'inbox' })}
      />
      <IconButton
        label="Keyboard map (?)"
        icon={<Keyboard size={16} aria-hidden />}
        onClick={() => useConsole.setState({ overlay: 'keys' })}
      />
    </header>
  );
}
