#!/usr/bin/env node
// Stock Node 20 may install Countersign, but its TypeScript runs on the Node 24 that comes with it.
if (process.features.typescript) {
  // Keeps what was compiled and stripped of types between runs: an answer comes in half the time.
  (await import('node:module')).enableCompileCache();
  const { main } = await import('../src/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const { runOnBundledNode } = await import('./bundled-node.js');
  process.exitCode = await runOnBundledNode(import.meta.filename ?? new URL(import.meta.url).pathname);
}
