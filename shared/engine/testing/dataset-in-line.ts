import { noCounts } from '../counts';
import type { DatasetDocument } from '../documents';

/** The document of a dataset of which a run found nothing out of line, for tests that say what differs from it. */
export function datasetInLine(facts: Partial<DatasetDocument> = {}): DatasetDocument {
  return {
    name: 'cities',
    mode: 'full',
    baseline: 'current',
    ...noCounts(),
    held_back: null,
    duration_ms: 1,
    verified: true,
    differences: 0,
    phases_ms: {},
    ...facts,
  };
}
