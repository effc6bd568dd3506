import { hiddenValue } from '../../../shared/engine/hidden-value';
import type { Job } from '../../../shared/engine/documents';

/** Dataset to the names of its masked columns, of source and target. */
export type Masks = ReadonlyMap<string, readonly string[]>;

/** Hides the values of masked columns; all values where the dataset's mask is not known. NULL stays visible. */
export function maskJob(job: Job, masks: Masks): Job {
  const masked = masks.get(job.dataset);
  const isMasked = (name: string): boolean => masked?.includes(name) ?? true;
  const hide = (values: Job['data']['before']): Job['data']['before'] =>
    values === null
      ? null
      : Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, value !== null && isMasked(name) ? hiddenValue : value]),
        );
  const keyMasked = Object.keys(job.entity_key).some((name) => masked?.includes(name) ?? false);
  return {
    ...job,
    entity_id: keyMasked ? null : job.entity_id,
    entity_key: maskKey(job.entity_key, masked),
    data: { ...job.data, before: hide(job.data.before), after: hide(job.data.after) },
  };
}

/** Hides both values of masked columns that differ; of all columns where the mask is not known. NULL stays visible. */
export function hideColumns(
  columns: Readonly<Record<string, readonly [string | null, string | null]>>,
  masked: readonly string[] | undefined,
): Record<string, readonly [string | null, string | null]> {
  const hide = (value: string | null): string | null => (value === null ? null : hiddenValue);
  return Object.fromEntries(
    Object.entries(columns).map(([name, [before, after]]) => [
      name,
      (masked?.includes(name) ?? true) ? [hide(before), hide(after)] : [before, after],
    ]),
  );
}

/** Hides the values of masked columns in a key. */
export function maskKey(
  key: Readonly<Record<string, string>>,
  masked: readonly string[] | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(key).map(([name, value]) => [name, masked?.includes(name) === true ? hiddenValue : value]),
  );
}
