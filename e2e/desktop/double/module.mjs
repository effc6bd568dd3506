// How `import 'electron'` and `require('electron')` lead to the double, on any Node from 20.
import Module, { register } from 'node:module';

/** @param {Record<string, unknown>} electron */
export function provideElectron(electron) {
  Reflect.set(globalThis, Symbol.for('electron double'), electron);
  const internals = /** @type {{ _load: (request: string, ...rest: unknown[]) => unknown }} */ (
    /** @type {unknown} */ (Module)
  );
  const load = internals._load;
  internals._load = (request, ...rest) =>
    request === 'electron' ? electron : Reflect.apply(load, Module, [request, ...rest]);
  const names = Object.keys(electron);
  const source = [
    "const electron = globalThis[Symbol.for('electron double')];",
    'export default electron;',
    `export const { ${names.join(', ')} } = electron;`,
  ].join('\n');
  const address = 'electron-double:module';
  const hooks = `
    export async function resolve(specifier, context, next) {
      return specifier === 'electron' ? { url: '${address}', shortCircuit: true } : next(specifier, context);
    }
    export async function load(url, context, next) {
      if (url !== '${address}') return next(url, context);
      return { format: 'module', source: ${JSON.stringify(source)}, shortCircuit: true };
    }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}
