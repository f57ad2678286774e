import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Runs the same command line on the Node of node_modules, and gives its exit code. */
export async function runOnBundledNode(script) {
  const node = bundled();
  if (node === null) {
    process.stderr.write(
      `Countersign runs on Node 24; this is ${process.version}. \`npm ci\` brings Node 24 along.\n`,
    );
    return 2;
  }
  const child = spawn(node, [...process.execArgv, script, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; who asks by `kill` knows this process only.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return await new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

function bundled() {
  try {
    const file = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
    return existsSync(file) ? file : null;
  } catch {
    // Not installed: told by the caller.
    return null;
  }
}
