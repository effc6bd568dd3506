/**
 * The rules of import: what a file may reach follows from the folder it lives in.
 * shared ← engine ← sandbox ← console ← hosts (main, web), cli; shared ← renderer; the preload stands alone with shared.
 */
const electronPackage = { path: 'node_modules/electron/' };
const tests = '\\.test\\.tsx?$';
/** What test files of the engine share: these alone may start the sandbox's servers. */
const fixtures = '/(test-bench|test-hold|test-port|pair-fixture)\\.ts$';

/**
 * Refuses every import of `to` from the folder `from`.
 * @param {string} name
 * @param {string} comment
 * @param {import('dependency-cruiser').IRegularForbiddenRuleType['from']} from
 * @param {import('dependency-cruiser').IRegularForbiddenRuleType['to']} to
 * @returns {import('dependency-cruiser').IRegularForbiddenRuleType}
 */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Folders of the engine, in the order of docs/architecture.md: each may import those before it, never those after. */
const engineStages = [
  'connect',
  'catalog',
  'dataset',
  'system',
  'capture',
  'stream',
  'queue',
  'compare',
  'apply',
  'run',
  'operate',
];

/** What a run asks of a target: the contract that the earlier stages fulfil. */
const driverContract = '^electron/engine/run/(driver|dataset-queue)\\.ts$';

const stagesLookBack = engineStages
  .slice(0, -1)
  .map((stage, index) =>
    forbid(
      `stage-${stage}-looks-back`,
      'A stage of the engine imports those before it, never those after it.',
      { path: `^electron/engine/${stage}/`, pathNot: tests },
      { path: `^electron/engine/(${engineStages.slice(index + 1).join('|')})/`, pathNot: driverContract },
    ),
  );

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid(
      'no-circular',
      'A circle has no first part to read or to test. Types alone may refer to each other.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid('not-to-unresolvable', 'The import leads nowhere.', {}, { couldNotResolve: true }),
    forbid(
      'not-to-undeclared',
      'package.json does not name it: it is there by accident of another package.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbid('not-to-test', 'A program does not import its tests.', { pathNot: tests }, { path: tests }),
    forbid(
      'shared-imports-zod-only',
      'shared runs in every process: zod and shared, nothing else.',
      { path: '^shared/', pathNot: tests },
      { pathNot: ['^shared/', '(^|/)node_modules/zod/'] },
    ),
    forbid(
      'engine-knows-no-host',
      'The engine runs under every host: it imports the engine and shared, of ours.',
      { path: '^electron/engine/', pathNot: [tests, fixtures] },
      { path: '^(electron|renderer|e2e|bench|scripts)/', pathNot: '^electron/engine/' },
    ),
    forbid(
      'engine-needs-little',
      'The engine uses Node and libraries that speak to data; a new one is added here on purpose.',
      { path: '^electron/engine/', pathNot: [tests, fixtures] },
      { path: 'node_modules/', pathNot: 'node_modules/(@types/)?(pg|pg-copy-streams|ioredis|yaml|zod|node)/' },
    ),
    forbid(
      'engine-without-electron',
      'The engine runs without Electron.',
      { path: '^electron/engine/' },
      electronPackage,
    ),
    ...stagesLookBack,
    forbid(
      'sandbox-knows-no-host',
      'The sandbox serves the demo and the tests: it imports the engine and shared, of ours.',
      { path: '^electron/sandbox/' },
      { path: '^(electron|renderer|e2e|bench|scripts)/', pathNot: '^electron/(engine|sandbox)/' },
    ),
    forbid(
      'sandbox-without-electron',
      'The sandbox runs without Electron.',
      { path: '^electron/sandbox/' },
      electronPackage,
    ),
    forbid(
      'terminal-knows-no-other-host',
      'Hosts do not know each other.',
      { path: '^electron/cli/' },
      // The terminal starts the web console, through its one door.
      {
        path: '^(electron|renderer|e2e|bench|scripts)/',
        pathNot: ['^electron/(cli|engine|sandbox)/', '^electron/web/serve\\.ts$'],
      },
    ),
    forbid(
      'terminal-without-electron',
      'The terminal runs without Electron.',
      { path: '^electron/cli/' },
      electronPackage,
    ),
    forbid(
      'console-knows-no-host',
      'What the desktop and the web console share: it imports itself, the engine, the sandbox and shared, of ours.',
      { path: '^electron/console/' },
      { path: '^(electron|renderer|e2e|bench|scripts)/', pathNot: '^electron/(console|engine|sandbox)/' },
    ),
    forbid(
      'console-without-electron',
      'The web console runs without Electron.',
      { path: '^electron/console/' },
      { path: 'node_modules/(electron|electron-store|electron-updater)/' },
    ),
    forbid(
      'web-knows-no-other-host',
      'Hosts do not know each other.',
      { path: '^electron/web/' },
      { path: '^(electron|renderer|e2e|bench|scripts)/', pathNot: '^electron/(web|console|engine)/' },
    ),
    forbid('web-without-electron', 'The web host runs without Electron.', { path: '^electron/web/' }, electronPackage),
    forbid(
      'desktop-knows-no-other-host',
      'Hosts do not know each other, and what they open is loaded by path, not imported.',
      { path: '^electron/main/' },
      { path: '^(electron|renderer|e2e|bench|scripts)/', pathNot: '^electron/(main|console|engine)/' },
    ),
    forbid(
      'preload-stands-alone',
      'The preload is sandboxed: electron, zod and shared, nothing else.',
      { path: '^electron/preload/', pathNot: tests },
      { pathNot: ['^electron/preload/', '^shared/', '(^|/)node_modules/(electron|zod)/'] },
    ),
    forbid(
      'page-imports-shared-only',
      'The page is not privileged: of ours it imports the page and shared.',
      { path: '^renderer/', pathNot: tests },
      { path: '^(electron|resources|e2e|bench|scripts)/' },
    ),
    forbid(
      'page-without-node',
      'The page has no Node.',
      { path: '^renderer/', pathNot: tests },
      { dependencyTypes: ['core'] },
    ),
    forbid('page-without-electron', 'The page has no Electron.', { path: '^renderer/' }, electronPackage),
    forbid(
      'page-without-data-libraries',
      'The page does not speak to databases.',
      { path: '^renderer/' },
      { path: '(^|/)node_modules/(pg|pg-copy-streams|ioredis|yaml|pino|commander)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
