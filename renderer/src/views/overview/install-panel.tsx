import { PackagePlus } from 'lucide-react';
import type { StatusReport } from '../../../../shared/engine/reports';
import { Button } from '../../components/button';
import { Panel } from '../../components/page';
import { counted } from '../../format/number';
import { captureIsOld } from './dataset-state';

/** Offers to install the capture of changes where it is missing, or not as the tables are any more. */
export function InstallPanel({
  report,
  readOnly,
  onInstall,
}: {
  readonly report: StatusReport;
  readonly readOnly: boolean;
  readonly onInstall: () => void;
}) {
  const usable = report.datasets.filter(({ error }) => error === null);
  const missing = usable.filter(({ installed }) => installed === false);
  const old = usable.filter((dataset) => dataset.installed === true && captureIsOld(dataset));
  if (missing.length + old.length === 0) return null;
  return (
    <Panel tone="info">
      <div className="row">
        <PackagePlus size={18} aria-hidden />
        {missing.length > 0 ? (
          <p className="grow">
            <span className="strong">Changes of {counted(missing.length, 'dataset')} are not captured yet.</span>{' '}
            <span className="soft">
              Installing adds triggers and a schema of its own to the source databases; it changes no data. Rights come
              first: <a href="#/check">Check</a> names those that are missing.
            </span>
          </p>
        ) : (
          <p className="grow">
            <span className="strong">
              A table of {old.map(({ name }) => name).join(', ')} has changed since capture was installed.
            </span>{' '}
            <span className="soft">Install again, then bring it into line by a full run.</span>
          </p>
        )}
        <Button look="primary" disabled={readOnly} onClick={onInstall}>
          {missing.length > 0 ? 'Install …' : 'Install again …'}
        </Button>
      </div>
    </Panel>
  );
}
