import { useState } from 'react';
import { Lock, PlugZap, ServerCrash } from 'lucide-react';
import { Button } from '../components/button';
import { relative } from '../format/time';
import { useNow } from '../store/clock';
import { go } from '../router/router';
import { useConsole } from '../store/console-store';
import { toastFailure } from '../store/toasts';
import { call } from '../wire/call';

/** What holds for the whole window: not connected, databases out of reach, read-only. */
export function Banners() {
  const connection = useConsole((state) => state.connection);
  const unreachable = useConsole((state) => state.unreachable);
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  return (
    <div role="status">
      {connection === 'lost' ? (
        <Lost />
      ) : connection === 'silent' ? (
        <div className="banner banner--warn">
          <PlugZap size={15} aria-hidden />
          <span>
            <span className="strong">The console does not answer.</span> It holds the connection and says nothing. What
            you see is kept, and this page goes on waiting. If it stays so, end the console and start it again with{' '}
            <code>astro-sync console</code>.
          </span>
        </div>
      ) : connection === 'ended' ? (
        <div className="banner banner--bad">
          <PlugZap size={15} aria-hidden />
          <span>
            <span className="strong">This console has ended,</span> and its link with it. Start it again with{' '}
            <code>astro-sync console</code> and open the link that it prints. What you see here is from before.
          </span>
        </div>
      ) : null}
      {unreachable === null ? null : unreachable.retryAt === null ? (
        <LoginRefused message={unreachable.message ?? ''} />
      ) : (
        <div className="banner banner--bad">
          <ServerCrash size={15} aria-hidden />
          <span className="grow cut" title={unreachable.message ?? undefined}>
            <span className="strong">Not all databases answer.</span> {unreachable.message}
          </span>
          <NextTry at={unreachable.retryAt} />
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

/** Nothing tries it again by itself: what helps is another password, or somebody who asks for it. */
function LoginRefused({ message }: { readonly message: string }) {
  const profile = useConsole((state) => state.session?.profile ?? null);
  const [busy, setBusy] = useState(false);
  const tryAgain = async (): Promise<void> => {
    setBusy(true);
    // How it went is told by the banner, whether it goes or stays.
    await call('environment.check', {}).catch((error: unknown) => toastFailure('It could not be tried', error));
    setBusy(false);
  };
  return (
    <div className="banner banner--bad">
      <ServerCrash size={15} aria-hidden />
      <span className="grow cut" title={message}>
        <span className="strong">The login is refused,</span> and is not tried again by itself. {message}
      </span>
      {profile === null ? null : (
        <Button small onClick={() => go(`/environments/${encodeURIComponent(profile)}`)}>
          Edit the environment
        </Button>
      )}
      <Button small busy={busy} onClick={() => void tryAgain()}>
        Try again
      </Button>
    </div>
  );
}

/** Milliseconds after which a console that was only restarted would be back. */
const longMs = 20_000;

function Lost() {
  const now = useNow();
  const [since] = useState(() => Date.now());
  return (
    <div className="banner banner--warn">
      <PlugZap size={15} aria-hidden />
      {now - since < longMs ? (
        <span>
          <span className="strong">Reconnecting to the console.</span> What you see is kept; runs go on without this
          page.
        </span>
      ) : (
        <span>
          <span className="strong">The console does not answer.</span> This page goes on trying. If it was stopped,
          start it again with <code>astro-sync console</code> and open the link that it prints.
        </span>
      )}
    </div>
  );
}

function NextTry({ at }: { readonly at: string }) {
  const now = useNow();
  return <span>{Date.parse(at) - now < 1000 ? 'trying again' : `next try ${relative(at, now)}`}</span>;
}
