import { z } from 'zod';
import type { ErrorCode } from '../error-codes';

/**
 * What a method can change. `data`: databases, refused by every host where the environment is read-only. `console`: what this
 * computer keeps (profiles, settings, alerts, which environment is open).
 */
export type Changes = 'nothing' | 'console' | 'data';

/** One method of the contract: what the page may ask of its host. */
export interface Method<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly input: Input;
  readonly output: Output;
  readonly changes: Changes;
  /** Codes that belong to this method, beside those that any may answer with of its kind (errorsOf in contract.ts). */
  readonly errors: readonly ErrorCode[];
}

/** Names a method of the contract; keeps the types of its schemas. */
export function method<Input extends z.ZodType, Output extends z.ZodType>(
  changes: Changes,
  input: Input,
  output: Output,
  errors: readonly ErrorCode[] = [],
): Method<Input, Output> {
  return { input, output, changes, errors };
}

/** The input of a method that needs none, the output of one that has nothing to say. */
export const nothing = z.strictObject({});
