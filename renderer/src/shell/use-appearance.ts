import { useEffect } from 'react';
import { useConsole } from '../store/console-store';

/** Puts theme, density and the colour of the environment on the document; unread alerts into the title of the window. */
export function useAppearance(): void {
  const { theme, density } = useConsole((state) => state.settings);
  const environment = useConsole((state) => state.session?.environment);
  const unread = useConsole((state) => state.unread);

  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = (): void => {
      document.documentElement.dataset['theme'] = theme === 'system' ? (system.matches ? 'dark' : 'light') : theme;
    };
    apply();
    system.addEventListener('change', apply);
    return () => system.removeEventListener('change', apply);
  }, [theme]);

  useEffect(() => {
    document.documentElement.dataset['density'] = density;
  }, [density]);

  useEffect(() => {
    const name =
      environment === undefined
        ? ''
        : `${{ production: 'PRODUCTION ', staging: 'Staging ', development: '' }[environment.level]}${environment.name} – `;
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${name}AstroBookings Sync Console`;
  }, [environment, unread]);
}
