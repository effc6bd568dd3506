import type { RunDetail } from '../../../shared/engine/reports';
import { hideColumns, maskKey } from '../queue/mask-job';
import type { Difference } from '../run/driver';
import type { EngineContext } from './context';
import { inKeyOrder } from './key-order';
import { masksOf } from './masks';

type Datasets = RunDetail['datasets'];

/** The rows that a run kept as examples, hidden as columns are masked today, which may be more than when they were written. */
export async function asShownNow(context: EngineContext, datasets: Datasets): Promise<Datasets> {
  const kept = datasets.flatMap(({ name: dataset, samples = [] }) =>
    samples.map((sample) => ({ dataset, sample: sample as unknown as Difference })),
  );
  if (kept.length === 0) return datasets;
  const masks = await masksOf(context);
  const ordered = await inKeyOrder(
    context,
    kept,
    ({ sample }) => sample.key,
    (row, key) => ({ ...row, sample: { ...row.sample, key } }),
  );
  return datasets.map((dataset) => {
    const masked = masks.get(dataset.name);
    const samples = ordered
      .filter((row) => row.dataset === dataset.name)
      .map(({ sample }) => ({
        ...sample,
        key: maskKey(sample.key, masked),
        ...(sample.columns === undefined ? {} : { columns: hideColumns(sample.columns, masked) }),
      }));
    return { ...dataset, samples };
  });
}
