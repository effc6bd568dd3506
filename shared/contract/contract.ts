import type { z } from 'zod';
import { alertsMethods, exportsMethods } from './methods/alerts';
import { appMethods } from './methods/app';
import { datasetsMethods } from './methods/datasets';
import { originsMethods } from './methods/origins';
import { profilesMethods } from './methods/profiles';
import { queueMethods } from './methods/queue';
import { runsMethods } from './methods/runs';
import { sessionMethods } from './methods/session';
import { workMethods } from './methods/work';

/** Everything that a page may ask of its host. A method is added here and nowhere else: both transports and both sides follow. */
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

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(contract, name);
}
