import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../../shared/contract/failure';
import type { ProfileEntry } from '../../../../shared/contract/methods/profiles';
import type { CheckReport } from '../../../../shared/engine/reports';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { ErrorState } from '../../components/error-state';
import { SkeletonRows } from '../../components/skeleton';
import { go } from '../../router/router';
import { call } from '../../wire/call';
import { failureOf } from '../../wire/call-error';
import { CheckResult } from './check-result';
import { useAskedSecrets } from './use-asked-secrets';

/** Tests the connections of a saved environment, without opening it; asks for the secrets that are not kept, for this test. */
export function TestDialog({ entry, onClose }: { readonly entry: ProfileEntry; readonly onClose: () => void }) {
  const { profile } = entry;
  const asked = useAskedSecrets(entry);
  const [report, setReport] = useState<CheckReport | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(!asked.any);
  const begun = useRef(false);
  const test = async (): Promise<void> => {
    const { id, used_at: _used, ...draft } = profile;
    try {
      setReport(await call('profiles.test', { id, draft, secrets: { ...asked.given } }));
    } catch (error) {
      const reason = failureOf(error);
      asked.askFor(reason);
      setFailure(reason);
    } finally {
      setBusy(false);
    }
  };
  const again = (): void => {
    setBusy(true);
    setFailure(null);
    setReport(null);
    void test();
  };
  useEffect(() => {
    if (asked.any || begun.current) return;
    begun.current = true;
    void test();
  });
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
          {asked.any ? (
            <Button look="primary" busy={busy} disabled={!asked.ready} onClick={again}>
              Test
            </Button>
          ) : null}
        </>
      }
    >
      {asked.fields}
      {failure === null ? null : <ErrorState title="It could not be tested" failure={failure} />}
      {report !== null ? (
        // Longer than the dialog: the arrow keys scroll it.
        <div tabIndex={0} role="region" aria-label="What was found">
          <CheckResult report={report} />
        </div>
      ) : busy ? (
        <SkeletonRows rows={4} />
      ) : null}
    </Dialog>
  );
}
