import { useState } from 'react';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { Panel } from '../../components/page';
import { toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';

/** The web console alone: a link for one more browser, made by one that is in. */
export function AnotherBrowser({ operator }: { readonly operator: string }) {
  const [link, setLink] = useState<string | null>(null);
  const make = async (): Promise<void> => {
    try {
      setLink((await call('app.anotherLink', {})).link);
    } catch (error) {
      toastFailure('No link was made', error);
    }
  };
  return (
    <Panel title="Open in another browser">
      <div className="stack stack--start">
        <p className="soft">
          Several browsers and windows on this computer work on one environment and show the same runs. A link lets one
          of them in, once, within ten minutes; whoever opens it works as {operator}.
        </p>
        {link !== null && (
          <p className="row row--wrap">
            <code>{link}</code>
            <CopyButton text={link}>Copy the link</CopyButton>
          </p>
        )}
        <Button onClick={() => void make()}>{link === null ? 'Make a link' : 'Make another link'}</Button>
      </div>
    </Panel>
  );
}
