import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../../shared/contract/failure';
import type { Profile } from '../../../../shared/contract/profile';
import type { CheckReport } from '../../../../shared/engine/reports';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { ErrorState } from '../../components/error-state';
import { SkeletonRows } from '../../components/skeleton';
import { go } from '../../router/router';
import { call } from '../../wire/call';
import { failureOf } from '../../wire/call-error';
import { CheckResult } from './check-result';

/** Tests the connections of a saved environment, without opening it. */
export function TestDialog({ profile, onClose }: { readonly profile: Profile; readonly onClose: () => void }) {
  const [report, setReport] = useState<CheckReport | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const { id, used_at: _used, ...draft } = profile;
    call('profiles.test', { id, draft, secrets: {} }).then(setReport, (error: unknown) => setFailure(failureOf(error)));
  }, [profile]);
  return (
    <Dialog
      open
      onClose={onClose}
      size="l"
      title={`Test of ${profile.name}`}
      description="Nothing is written to any database."
      actions={
        <>
          <Button onClick={() => go(`/environments/${encodeURIComponent(profile.id)}`)}>Edit it</Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      {failure === null ? null : <ErrorState title="It could not be tested" failure={failure} />}
      {report !== null ? (
        // Longer than the dialog: the arrow keys scroll it.
        <div tabIndex={0} role="region" aria-label="What was found">
          <CheckResult report={report} />
        </div>
      ) : failure === null ? (
        <SkeletonRows rows={4} />
      ) : null}
    </Dialog>
  );
}
