import type { z } from 'zod';

type Schema = z.core.$ZodType;

/** The properties that a schema allows at a path, of every branch of its unions. */
export function propertiesAt(schema: Schema, path: readonly PropertyKey[]): string[] {
  let level: readonly Schema[] = [schema];
  for (const step of path) level = level.flatMap((each) => branches(each).flatMap((branch) => inside(branch, step)));
  return [...new Set(level.flatMap((each) => branches(each).flatMap(propertyNames)))].filter(
    (name) => name !== '$schema',
  );
}

/** A schema without its wrappers; a union as its branches. */
function branches(schema: Schema): Schema[] {
  const { def } = schema._zod;
  if ('options' in def && Array.isArray(def.options)) return (def.options as Schema[]).flatMap(branches);
  if ('innerType' in def) return branches(def.innerType as Schema);
  if (def.type === 'pipe' && 'in' in def) return branches(def.in as Schema);
  return [schema];
}

function inside(schema: Schema, step: PropertyKey): Schema[] {
  const { def } = schema._zod;
  if (def.type === 'object' && 'shape' in def) {
    const property = (def.shape as Readonly<Record<PropertyKey, Schema>>)[step];
    return property === undefined ? [] : [property];
  }
  if (def.type === 'array' && 'element' in def) return typeof step === 'number' ? [def.element as Schema] : [];
  if (def.type === 'record' && 'valueType' in def) return [def.valueType as Schema];
  return [];
}

function propertyNames(schema: Schema): string[] {
  const { def } = schema._zod;
  return def.type === 'object' && 'shape' in def ? Object.keys(def.shape as object) : [];
}
