import { NobodyThere } from '../components/nobody-there';
import { useConsole } from '../store/console-store';
import { Banners } from './banners';
import { Overlays } from './overlays';
import { Rail } from './rail';
import { StatusBar } from './status-bar';
import { TitleBar } from './title-bar';
import { Toasts } from './toasts';
import { useAppearance } from './use-appearance';
import { useKeptFocus } from './use-kept-focus';
import { useKeyboard } from './use-keyboard';
import { View } from './view';
import { ViewBoundary } from './view-boundary';
import './shell.css';

/** The window: which environment this is, where one can go, and the view in between. */
export function Shell() {
  useAppearance();
  useKeyboard();
  useKeptFocus();
  const environment = useConsole((state) => state.session?.environment);
  const ended = useConsole((state) => state.connection === 'ended');
  return (
    <div className={`shell shell--${environment?.level ?? 'none'}`} data-color={environment?.color}>
      <a className="shell__skip" href="#main" onClick={(event) => skipToMain(event)}>
        Skip to the view
      </a>
      <TitleBar />
      <div className="shell__middle">
        <Rail />
        <main className="shell__main" id="main" tabIndex={-1}>
          <Banners />
          {/* What is seen is kept; nobody is there to do what a button of it asks for. */}
          <div className="shell__view">
            <NobodyThere value={ended}>
              <ViewBoundary title="This view could not be shown">
                <View />
              </ViewBoundary>
            </NobodyThere>
          </div>
        </main>
      </div>
      <StatusBar />
      <Toasts />
      <Overlays />
    </div>
  );
}

function skipToMain(event: { preventDefault: () => void }): void {
  // The address belongs to the router.
  event.preventDefault();
  document.getElementById('main')?.focus();
}
