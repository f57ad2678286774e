// Who may import whom. Each rule has a planted violation in test/fixtures/imports that tools/imports.ts must see reported.
const TEST = '\\.(test|types\\.test|test-child|test-?kit|conformance)\\.ts$|/test/|/testing/|^test/';
const inside = (path) => ({ path, pathNot: TEST });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment: 'core runs in the browser and in a verifier: no I/O, nothing of ours',
      severity: 'error',
      from: inside('^packages/core/'),
      to: { path: '^(packages/(?!core/)|apps/|test/)' },
    },
    {
      name: 'core-has-no-node',
      comment: 'but for one file, which gives SHA-256 at native speed where there is Node',
      severity: 'error',
      from: { path: '^packages/core/', pathNot: `${TEST}|^packages/core/src/hash/sha256\\.node\\.ts$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'ledger-is-pure',
      comment: 'an auditor installs ledger alone',
      severity: 'error',
      from: inside('^packages/ledger/'),
      to: { path: '^(packages/(?!ledger/)|apps/|test/)' },
    },
    {
      name: 'ledger-has-no-node',
      comment: 'but for one file, which gives SHA-256 at native speed where there is Node',
      severity: 'error',
      from: { path: '^packages/ledger/', pathNot: `${TEST}|^packages/ledger/src/hash/sha256\\.node\\.ts$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contract-imports-only-zod',
      severity: 'error',
      from: inside('^packages/contract/src/'),
      to: { pathNot: '^packages/contract/|(^|/)node_modules/zod/' },
    },
    {
      name: 'sdk-imports-only-contract',
      severity: 'error',
      from: inside('^packages/sdk/'),
      to: { path: '^(packages/(?!sdk/|contract/)|apps/|test/)' },
    },
    {
      name: 'cli-imports-no-contract',
      comment: 'the command line talks through the sdk, and starts the server',
      severity: 'error',
      from: inside('^packages/cli/'),
      to: { path: '^packages/contract/' },
    },
    {
      name: 'server-imports-no-client',
      severity: 'error',
      from: inside('^apps/server/'),
      to: { path: '^packages/(cli|sdk)/' },
    },
    {
      name: 'slices-meet-at-their-doors',
      comment: "another slice's index or use cases, never its queries or its tables",
      severity: 'error',
      from: { path: '^apps/server/src/modules/([^/]+)/', pathNot: TEST },
      to: {
        path: '^apps/server/src/modules/([^/]+)/',
        pathNot: ['^apps/server/src/modules/$1/', '/index\\.ts$', '[/.]usecases\\.ts$'],
      },
    },
    {
      name: 'platform-knows-no-slice',
      severity: 'error',
      from: inside('^apps/server/src/(config|platform|db|blobs|jobs)/'),
      to: { path: '^apps/server/src/(modules|http)/' },
    },
    {
      name: 'nothing-imports-main',
      severity: 'error',
      from: { path: '^(packages|apps)/.*/src/' },
      to: { path: '^(packages|apps)/[^/]+/src/main\\.ts$' },
    },
    {
      name: 'nothing-shipped-imports-a-test',
      severity: 'error',
      from: inside('^(packages|apps)/[^/]+/src/'),
      to: { path: TEST },
    },
    {
      name: 'every-package-is-declared',
      comment: 'a hoisted package works here and is missing where the package is installed alone',
      severity: 'error',
      from: inside('^(packages|apps)/[^/]+/src/'),
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};
