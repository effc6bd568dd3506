import type { z } from 'zod';
import type { ErrorCode } from '../error-codes';
import { anyErrors, changeErrors, keepErrors } from './errors';
import type { Changes } from './method';
import { alertsMethods, exportsMethods } from './methods/alerts';
import { appMethods } from './methods/app';
import { datasetsMethods } from './methods/datasets';
import { originsMethods } from './methods/origins';
import { profilesMethods } from './methods/profiles';
import { queueMethods } from './methods/queue';
import { runsMethods } from './methods/runs';
import { sessionMethods } from './methods/session';
import { workMethods } from './methods/work';

/**
 * Everything that a page may ask of its host. A method is added here and nowhere else: both transports and both sides follow
 * (`npm run schemas` writes down what the page checks).
 */
export const contract = {
  ...appMethods,
  ...profilesMethods,
  ...sessionMethods,
  ...datasetsMethods,
  ...workMethods,
  ...runsMethods,
  ...queueMethods,
  ...originsMethods,
  ...alertsMethods,
  ...exportsMethods,
} as const;

export type MethodName = keyof typeof contract;
/** As a caller writes it. */
export type InputOf<Name extends MethodName> = z.input<(typeof contract)[Name]['input']>;
/** As a handler gets it, and as an answer carries it. */
export type ParsedInputOf<Name extends MethodName> = z.output<(typeof contract)[Name]['input']>;
export type OutputOf<Name extends MethodName> = z.output<(typeof contract)[Name]['output']>;

/** Every code that a method may answer with. Another one is a defect of the host, or of the list. */
export function errorsOf(name: MethodName): ReadonlySet<ErrorCode> {
  const { changes, errors } = contract[name];
  return new Set([...anyErrors, ...errorsByChange[changes], ...errors]);
}

const errorsByChange: Readonly<Record<Changes, readonly ErrorCode[]>> = {
  nothing: [],
  console: keepErrors,
  data: changeErrors,
};

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(contract, name);
}
