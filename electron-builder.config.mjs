import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the built desktop imports at run time; everything else of ours is inside its bundle. A package that is missing here fails
 * the test of the package, and so does one too many.
 */
const importedAtRunTime = ['electron-store', 'electron-updater', 'ssh2'];

/** @type {{ packages: Record<string, { dependencies?: Record<string, string>, dev?: boolean, optional?: boolean, devOptional?: boolean }> }} */
const lock = JSON.parse(readFileSync(join(import.meta.dirname, 'package-lock.json'), 'utf8'));

/**
 * The package that `name` means where it is required from `from`, both as paths of the lock file.
 * @param {string} from
 * @param {string} name
 */
function resolved(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (Object.hasOwn(lock.packages, path)) return path;
    if (at === '') return undefined;
  }
}

/** Names of the packages that go into the package: those that it imports, and what they need. */
export function packagedModules() {
  /** @type {Set<string>} */
  const found = new Set();
  const waiting = importedAtRunTime.map((name) => `node_modules/${name}`);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    for (const name of Object.keys(lock.packages[path]?.dependencies ?? {})) {
      const needed = resolved(path, name);
      if (needed !== undefined) waiting.push(needed);
    }
  }
  return [...new Set([...found].map(nameOf))].sort();
}

/** @param {string} path of the lock file */
function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

const packaged = packagedModules();
// By name: the packer lays packages out anew, wherever they lie here.
const left = [
  ...new Set(
    Object.keys(lock.packages)
      .filter((path) => path !== '')
      .map(nameOf),
  ),
].filter((name) => !packaged.includes(name));

/** Where newer versions are looked for; named by whoever builds the installers. Without it the program looks nowhere. */
const feed = process.env['ASTRO_SYNC_UPDATE_URL'];

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'com.astrobookings.sync-console',
  productName: 'AstroBookings Sync Console',
  copyright: 'MIT',
  directories: { output: 'dist', buildResources: 'resources/icons' },
  files: [
    'package.json',
    'out/main/**',
    '!out/main/{cli,demo}.js',
    'out/preload/**',
    'out/renderer/**',
    'resources/**',
    '!resources/icons/icon.{icns,ico}',
    '!resources/mac/**',
    '!**/*.map',
    ...left.map((name) => `!node_modules/${name}/**`),
    // What packages bring along and no program reads.
    '!node_modules/**/{test,tests,benchmark,benchmarks,example,examples,docs}/**',
    '!node_modules/**/.*',
    '!node_modules/**/.*/**',
    '!node_modules/**/*test.js',
    '!node_modules/**/*.{md,markdown,ts,mts,cts,map,yml}',
    '!node_modules/ssh2/{install.js,util/**}',
    '!node_modules/ssh2/lib/protocol/crypto/{src/**,binding.gyp}',
  ],
  // Nothing of ours is native: all of it lies in the archive, whose integrity is checked.
  asar: { smartUnpack: false },
  npmRebuild: false,
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  protocols: [{ name: 'AstroBookings Sync Console', schemes: ['astro-sync'] }],
  publish: feed === undefined ? null : [{ provider: 'generic', url: feed }],
  artifactName: 'astro-sync-console-${version}-${os}-${arch}.${ext}',
  win: { target: ['nsis'], icon: 'resources/icons/icon.ico' },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
  },
  mac: {
    target: ['dmg', 'zip'],
    icon: 'resources/icons/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'resources/mac/entitlements.plist',
    entitlementsInherit: 'resources/mac/entitlements.plist',
  },
  linux: {
    target: ['AppImage', 'deb', 'rpm'],
    icon: 'resources/icons/icon.png',
    executableName: 'astro-sync-console',
    category: 'Development',
    synopsis: 'Brings datasets in PostgreSQL and Redis into line',
    maintainer: 'AstroBookings IT <it@astrobookings.example>',
    vendor: 'AstroBookings',
  },
  deb: { priority: 'optional', packageCategory: 'database' },
};
