import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testServer } from './support/server.ts';

const { api, url } = await testServer();
const script = fileURLToPath(new URL('../examples/purchase-order/run.sh', import.meta.url));

/** The script as a user runs it: with bash and curl, against a server over HTTP. */
function runScript(): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('bash', [script], {
      env: { ...process.env, COUNTERSIGN_URL: url, COUNTERSIGN_KEY: api.secret ?? '' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    }
    child.once('exit', (code) => resolve({ code, output }));
  });
}

describe('examples/purchase-order', () => {
  it('runs from filing to payment with nothing but curl, and again', { timeout: 120_000 }, async () => {
    for (const _ of [1, 2]) {
      const { code, output } = await runScript();
      expect(output).toContain('Done. The trail of the large order');
      expect(code).toBe(0);
    }
  });
});
