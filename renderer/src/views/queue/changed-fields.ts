import type { Job } from '../../../../shared/engine/documents';
import type { FieldChange } from '../../components/field-diff';

/** The recorded values of a change, field by field: those that changed first. */
export function changedFields({ operation, before, after }: Job['data']): FieldChange[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const fields = names.map((name) => ({
    name,
    before: operation === 'insert' ? undefined : before?.[name],
    after: operation === 'delete' ? undefined : (after?.[name] ?? (after === null ? undefined : null)),
  }));
  const changed = (field: FieldChange): number => (field.before === field.after ? 1 : 0);
  return fields.sort((a, b) => changed(a) - changed(b));
}
