// Builds the packages that others install: JavaScript and declarations in packages/<name>/dist, each with the
// package.json to publish from there. Then an auditor's machine is played: the built verifier on the plain Node.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['core', 'ledger', 'contract', 'sdk'] as const;

function sources(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|types\.test|test-kit)\.ts$/.test(name))
    .map((name) => path.join(folder, name));
}

function compile(name: string): void {
  const home = path.join(root, 'packages', name);
  const read = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...read.config, include: [], files: [] }, ts.sys, root);
  fs.rmSync(path.join(home, 'dist'), { recursive: true, force: true });
  const program = ts.createProgram(sources(path.join(home, 'src')), {
    ...options,
    configFilePath: undefined,
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: path.join(home, 'src'),
    outDir: path.join(home, 'dist'),
  });
  const found = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  // A package's declarations may name another package of ours, whose sources lie outside this rootDir (TS6059).
  const errors = found.filter((one) => one.code !== 6059);
  if (errors.length > 0) fail(name, ts.formatDiagnostics(errors, formatHost));
  fs.writeFileSync(path.join(home, 'dist', 'package.json'), `${JSON.stringify(manifest(home), null, 2)}\n`);
}

const formatHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
};

/** The same package, with its doors where the build put them. */
function manifest(home: string): unknown {
  const text = fs.readFileSync(path.join(home, 'package.json'), 'utf8');
  const {
    devDependencies: _,
    scripts: __,
    ...published
  } = JSON.parse(text.replace(/\.\/src\/([^"]+)\.ts"/g, './$1.js"'));
  return published;
}

function fail(name: string, said: string): never {
  console.error(`build of ${name} failed\n${said}`);
  process.exit(1);
}

/** The Node of the machine, not the newer one that npm put first in PATH. */
function plainNode(): string {
  const folders = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  const found = folders.map((folder) => path.join(folder, 'node')).find((file) => fs.existsSync(file));
  return found ?? process.execPath;
}

const SMOKE = `
  import { leafHash, toHex, verifyExport } from './index.js';
  const leaves = ['a', 'b', 'c'].map((text) => leafHash(new TextEncoder().encode(text)));
  if (leaves.some((leaf) => leaf.length !== 32) || typeof verifyExport !== 'function') throw new Error('not the ledger');
  console.log('the built ledger runs on Node ' + process.versions.node + ', leaf ' + toHex(leaves[0]).slice(0, 8));
`;

function smoke(): void {
  const cwd = path.join(root, 'packages', 'ledger', 'dist');
  const ran = spawnSync(plainNode(), ['--input-type=module', '-e', SMOKE], { cwd, encoding: 'utf8' });
  if (ran.status !== 0) fail('the ledger smoke', ran.stderr);
  process.stdout.write(ran.stdout);
}

for (const name of PACKAGES) {
  compile(name);
  console.log(`built packages/${name}/dist`);
}
smoke();
