import type { Job } from '../../../../shared/engine/documents';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { LongText } from '../../components/long-text';
import { Panel } from '../../components/page';
import { go } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { syncOf } from './sync-of';

/** Why a job was not applied. One that waits to be tried again is no error any more: what it last came to is told, and how it is tried now. */
export function LastError({ job: { status, dataset, last_error: error } }: { readonly job: Job }) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  if (error === null) return null;
  if (status !== 'pending' && status !== 'running')
    return <ErrorState title="Why it was not applied" failure={{ code: null, message: error, hint: null }} />;
  return (
    <Panel tone="info" title="Why it failed when it was last tried">
      <div className="stack stack--tight">
        <LongText text={error} />
        {status === 'running' ? (
          <p className="soft">A run is trying it again.</p>
        ) : (
          <div className="row row--wrap">
            <span className="soft grow">The next sync tries it again.</span>
            <Button small disabled={readOnly} onClick={() => go(syncOf([dataset]))}>
              Sync {dataset} …
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}
