import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What shows a page of its own in Electron. */
const windows = 'BrowserWindow|BaseWindow|BrowserView|WebContentsView';
const fromElectron = "ImportDeclaration[importKind!='type'][source.value='electron']";

export default defineConfig(
  globalIgnores(['out/', 'dist/', 'node_modules/', 'test-results/', 'playwright-report/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      // There are no enums, and what counts of an object is its shape, not its class: a fifth of the time for nothing.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    // Warns of libraries whose answers the React compiler must not remember; it does not run here.
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
  {
    // One place makes windows: what they may is decided there.
    files: ['electron/**/*.ts'],
    ignores: ['electron/main/window.ts', '**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          `${fromElectron} > ImportSpecifier[imported.name=/^(${windows})$/]`,
          `${fromElectron} > :matches(ImportNamespaceSpecifier, ImportDefaultSpecifier)`,
          `:matches(NewExpression, CallExpression) > .callee[name=/^(${windows})$/]`,
          `NewExpression > MemberExpression.callee[property.name=/^(${windows})$/]`,
        ].map((selector) => ({
          selector,
          message: 'Windows are made by openWindow in electron/main/window.ts alone.',
        })),
      ],
    },
  },
  {
    // The compiler checks these files too and knows their globals.
    files: ['**/*.{js,mjs}'],
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['**/*.test.ts', 'e2e/**/*.ts'],
    rules: {
      // An absent element or a wrong type fails the test anyway, at the line that reads it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
