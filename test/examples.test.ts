import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testServer } from './support/server.ts';

const { api, url } = await testServer();
const examples = fileURLToPath(new URL('../examples/', import.meta.url));
const scripts = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('/run.sh'),
);

/** The script as a user runs it: with bash and curl, against a server over HTTP. */
function run(script: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('bash', [`${examples}${script}`], {
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

describe('examples', () => {
  it.each(scripts)(
    '%s runs to its end with nothing but curl, and again',
    { timeout: 120_000 },
    async (script) => {
      for (const _ of [1, 2]) {
        const { code, output } = await run(script);
        expect(output).toContain('\nDone. ');
        expect(code).toBe(0);
      }
    },
  );

  it('are all tried', () => {
    expect(scripts.length).toBe(5);
  });
});
