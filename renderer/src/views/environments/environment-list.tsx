import { useState } from 'react';
import { FileInput, Plus } from 'lucide-react';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { go, placeToCome } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { DamagedFiles } from './damaged-files';
import { EnvironmentRow } from './environment-row';
import { exportProfiles } from './export-profiles';
import { FirstRun } from './first-run';
import { ImportDialog } from './import-dialog';
import { SandboxButton } from './sandbox-button';
import './environments.css';

/** Saved environments, and how to come to the first one. */
export function EnvironmentList() {
  const list = useResource('profiles.list', {});
  const session = useConsole((state) => state.session ?? null);
  const [importing, setImporting] = useState(false);
  const entries = list.data?.profiles;
  const ids = entries?.map(({ profile }) => profile.id) ?? [];
  return (
    <Page
      title="Environments"
      about="The databases that are kept in line. Secrets are never in their file."
      actions={
        entries === undefined || entries.length === 0 ? null : (
          <>
            <SandboxButton />
            <Button icon={<FileInput size={15} aria-hidden />} onClick={() => setImporting(true)}>
              Import
            </Button>
            <Button onClick={() => void exportProfiles(ids)}>Export all</Button>
            <Button look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => go('/environments/new')}>
              Add an environment
            </Button>
          </>
        )
      }
    >
      <DamagedFiles files={list.data?.damaged ?? []} />
      {list.failure === null ? null : (
        <ErrorState
          title="The environments could not be read"
          failure={list.failure}
          onRetry={list.reload}
          loading={list.loading}
        />
      )}
      {session === null && placeToCome() !== null ? (
        <p className="soft">
          The link leads to a view of an environment. Open the one that it belongs to, and the view follows.
        </p>
      ) : null}
      {session !== null && session.profile === null ? (
        <p className="soft" style={{ overflowWrap: 'anywhere' }}>
          Open now: <span className="strong">{session.environment.name}</span>
          {session.environment.sandbox
            ? ', with servers of its own that end with the console; it is not saved here.'
            : ', given when the console was started; it is not saved here.'}
        </p>
      ) : null}
      {entries === undefined ? (
        list.failure === null ? (
          <SkeletonRows rows={4} />
        ) : null
      ) : entries.length === 0 ? (
        <FirstRun onImport={() => setImporting(true)} />
      ) : (
        <ul className="environments" aria-label="Saved environments">
          {entries.map((entry, index) => (
            <EnvironmentRow
              key={entry.profile.id}
              entry={entry}
              open={session?.profile === entry.profile.id}
              ids={ids}
              index={index}
            />
          ))}
        </ul>
      )}
      <ImportDialog open={importing} onClose={() => setImporting(false)} />
    </Page>
  );
}
