#!/usr/bin/env -S node --max-semi-space-size=16
// On a machine with much memory V8 lets the young generation grow to 128 MiB; a server is as fast with 32 (docs/reference/performance.md).
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
