// Every byte and every line of a file: slow, so apart from the examples, and left out of mutation testing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { file, lines } from '../../test/log.ts';
import { utf8 } from '../bytes.ts';
import { readLines } from '../export/lines.ts';
import { verifyExport } from './verify.ts';

const verifyFile = (bytes: Uint8Array) => verifyExport(readLines([bytes]));

describe('a damaged export', () => {
  it.each(lines.map((_line, i) => i))('is broken wherever a byte of line %i is changed', async (line) => {
    const start = utf8(lines.slice(0, line).join('\n')).length;
    const end = utf8(lines.slice(0, line + 1).join('\n')).length;
    for (let at = start; at <= end; at++) {
      const changed = file.map((byte, i) => (i === at ? byte ^ 1 : byte));
      const result = await verifyFile(changed);
      if (result.verdict !== 'broken') expect.fail(`byte ${at} may be changed`);
      expect(result.fault.words).not.toBe('');
    }
  });

  it('is broken by any other byte in any place', async () => {
    const change = fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, mask]) => {
        const changed = file.map((byte, i) => (i === at ? byte ^ mask : byte));
        expect((await verifyFile(changed)).verdict).toBe('broken');
      }),
      { numRuns: 500 },
    );
  });

  it('is broken by leaving out, repeating or moving any line', async () => {
    for (let at = 0; at < lines.length; at++) {
      const without = lines.toSpliced(at, 1);
      expect((await verifyExport(without)).verdict, `without ${at}`).toBe('broken');
      for (let to = 0; to <= lines.length; to++) {
        const repeated = lines.toSpliced(to, 0, lines[at] ?? '');
        expect((await verifyExport(repeated)).verdict, `${at} again at ${to}`).toBe('broken');
        const moved = without.toSpliced(to, 0, lines[at] ?? '');
        if (moved.join() !== lines.join()) expect((await verifyExport(moved)).verdict).toBe('broken');
      }
    }
  });

  it('is broken by cutting it off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), async (at) => {
        expect((await verifyFile(file.subarray(0, at))).verdict).toBe('broken');
      }),
      { numRuns: 300 },
    );
  });
});
