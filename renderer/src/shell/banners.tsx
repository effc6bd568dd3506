import { Lock, PlugZap, ServerCrash } from 'lucide-react';
import { relative } from '../format/time';
import { useNow } from '../store/clock';
import { useConsole } from '../store/console-store';

/** What holds for the whole window: not connected, databases out of reach, read-only. */
export function Banners() {
  const connection = useConsole((state) => state.connection);
  const unreachable = useConsole((state) => state.unreachable);
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  return (
    <div role="status">
      {connection === 'lost' ? (
        <div className="banner banner--warn">
          <PlugZap size={15} aria-hidden />
          <span>
            <span className="strong">Reconnecting to the console.</span> What you see is kept; runs go on without this
            page.
          </span>
        </div>
      ) : null}
      {unreachable === null ? null : (
        <div className="banner banner--bad">
          <ServerCrash size={15} aria-hidden />
          <span className="grow cut" title={unreachable.message ?? undefined}>
            <span className="strong">Not all databases answer.</span> {unreachable.message}
          </span>
          {unreachable.retryAt === null ? null : <NextTry at={unreachable.retryAt} />}
        </div>
      )}
      {readOnly ? (
        <div className="banner banner--info">
          <Lock size={15} aria-hidden />
          <span>
            <span className="strong">Read-only.</span> You can preview, verify and look; nothing can be written through
            this environment.
          </span>
        </div>
      ) : null}
    </div>
  );
}

function NextTry({ at }: { readonly at: string }) {
  const now = useNow();
  return <span>{Date.parse(at) - now < 1000 ? 'trying again' : `next try ${relative(at, now)}`}</span>;
}
