import { useState } from 'react';
import { LifeBuoy } from 'lucide-react';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page, Panel } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { counted } from '../../format/number';
import { writeSupportBundle } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { AnotherBrowser } from './another-browser';

/** Versions, licences, and what support needs. */
export function About() {
  const info = useConsole((state) => state.info);
  const licences = useResource('app.licences', {});
  const [busy, setBusy] = useState(false);
  const bundle = async (): Promise<void> => {
    setBusy(true);
    await writeSupportBundle();
    setBusy(false);
  };
  return (
    <Page
      title="About and support"
      about="AstroBookings Sync Console: brings datasets into line on request, and shows who changed what."
      actions={
        <Button look="primary" icon={<LifeBuoy size={15} aria-hidden />} busy={busy} onClick={() => void bundle()}>
          Write a support bundle
        </Button>
      }
    >
      <Panel title="This console">
        <div className="stack">
          {info === null ? (
            <SkeletonRows rows={3} />
          ) : (
            <dl className="facts">
              <dt>Host</dt>
              <dd>
                {info.host === 'desktop' ? 'desktop' : 'web console'} on {info.platform}
              </dd>
              {Object.entries(info.versions).map(([name, version]) => (
                <Version key={name} name={name} version={version} />
              ))}
              <dt>Operator</dt>
              <dd>{info.operator}</dd>
              <dt>Secrets</dt>
              <dd>{info.secrets.detail}</dd>
              <dt>Data folder</dt>
              <dd>
                <code>{info.data_folder}</code>
              </dd>
            </dl>
          )}
          <p className="soft small">
            The bundle holds logs, versions and definitions, and no secret: addresses of databases and webhooks are
            taken out too.
          </p>
        </div>
      </Panel>
      {info?.host === 'web' && <AnotherBrowser operator={info.operator} />}
      <Panel flush title="Licences" about={licences.data === undefined ? '' : counted(licences.data.length, 'package')}>
        {licences.data === undefined ? (
          licences.failure === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorState title="They could not be read" failure={licences.failure} onRetry={licences.reload} />
          )
        ) : (
          <table className="table">
            <tbody>
              {licences.data.map(({ name, version, licence }) => (
                <tr key={`${name} ${version}`}>
                  <td>{name}</td>
                  <td className="soft">{version}</td>
                  <td>{licence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
    </Page>
  );
}

function Version({ name, version }: { readonly name: string; readonly version: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{version}</dd>
    </>
  );
}
