import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const page = fileURLToPath(new URL('./page.ts', import.meta.url));
const golden = fileURLToPath(new URL('../../packages/core/test/golden/engine-1.jsonl', import.meta.url));

/** CI installs Debian's Chromium, so there it must be; elsewhere its absence is a visible skip. */
const present = existsSync(CHROMIUM) || process.env['CI'] === 'true';

describe.skipIf(!present)('core and ledger in Chromium (ENGINE 6)', () => {
  let browser: Browser;
  let tab: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    const built = await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        minify: false,
        target: 'es2023',
        lib: { entry: page, formats: ['iife'], name: 'countersign' },
      },
    });
    const output = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
    const code = output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('\n');
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    tab = await browser.newPage();
    tab.on('pageerror', (error) => faults.push(String(error)));
    await tab.addScriptTag({ content: code });
  });
  afterAll(() => browser?.close());

  it('the bundle asks for nothing of Node', () => {
    expect(faults).toEqual([]);
  });

  it('decides its golden history again, byte for byte', async () => {
    const lines = await tab.evaluate('window.countersign.history()');
    expect(lines).toEqual(readFileSync(golden, 'utf8').trim().split('\n'));
  });

  it('reproduces every entry', async () => {
    const verdicts = await tab.evaluate('window.countersign.verdicts()');
    expect(new Set(verdicts as string[])).toEqual(new Set(['reproduced']));
  });

  it('brings the verifier', async () => {
    expect(await tab.evaluate('window.countersign.verifier()')).toEqual(['function', 'function']);
  });
});
