import { describe, expect, it } from 'vitest';
import { exportLines, headerFor, makeLeaves } from '../../test/sample.ts';
import { fromUtf8, toHex, utf8 } from '../bytes.ts';
import { leafHash } from '../merkle/hash.ts';
import { readLines } from './lines.ts';
import { parseExportLine } from './parse.ts';
import { writeExport } from './write.ts';

const leaves = makeLeaves([{ stream: 'req_1' }, { stream: 'req_2', correlation: 'hash","seq":1}' }]);

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

describe('an export', () => {
  it("is lines that any JSON tool reads, out of which each leaf's exact bytes can be cut", async () => {
    const lines = await exportLines(leaves);
    expect(lines.map((line) => Object.keys(JSON.parse(line)).join())).toEqual([
      'header',
      'entry,hash,seq',
      'entry,hash,seq',
      'trailer',
    ]);
    for (const [i, leaf] of leaves.entries()) {
      const parsed = parseExportLine(utf8(lines[i + 1] ?? ''));
      expect(parsed).toMatchObject({ kind: 'entry', seq: i + 1 });
      expect(lines[i + 1]).toContain(`"hash":"${toHex(leafHash(leaf))}"`);
      expect(parsed.kind === 'entry' ? parsed.bytes : null).toEqual(leaf);
    }
  });

  it('shows a leaf that was tampered with as it is stored, with the hash that the tree has', async () => {
    const [first = new Uint8Array()] = leaves;
    const changed = utf8(fromUtf8(first).replace('usr_1', 'usr_2'));
    const header = headerFor([first]);
    const lines = await collect(writeExport(header, [{ seq: 1, leaf: changed, hash: leafHash(first) }]));
    expect(lines[1]).toContain('usr_2');
    expect(lines[1]).toContain(toHex(leafHash(first)));
  });

  it('shows a log that has lost entries as it is, and counts those that are there', async () => {
    const lines = await collect(
      writeExport(headerFor(leaves), [{ seq: 2, leaf: leaves[1] ?? new Uint8Array() }]),
    );
    expect(lines.map((line) => Object.keys(JSON.parse(line)).join())).toEqual([
      'header',
      'entry,hash,seq',
      'trailer',
    ]);
    expect(JSON.parse(lines[2] ?? '').trailer.entries).toBe(1);
  });

  it('is not written backwards, past the range, or with a leaf that would break its lines', async () => {
    const [leaf = new Uint8Array()] = leaves;
    const header = headerFor([leaf]);
    const write = (entries: { seq: number; leaf: Uint8Array }[]) => collect(writeExport(header, entries));
    const one = { seq: 1, leaf };
    await expect(write([{ seq: 2, leaf }])).rejects.toMatchObject({ code: 'bad_line' });
    await expect(write([one, one])).rejects.toMatchObject({ code: 'bad_line' });
    await expect(write([{ seq: 1, leaf: utf8('a\nb') }])).rejects.toMatchObject({ code: 'bad_line' });
    await expect(write([{ seq: 1, leaf: Uint8Array.of(0xff) }])).rejects.toMatchObject({ code: 'not_utf8' });
  });
});

describe('reading lines', () => {
  it('gives the same lines however the bytes are cut', async () => {
    const bytes = utf8('one\ntwö\n\nthree\n');
    for (let size = 1; size <= bytes.length; size++) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      const lines = await collect(readLines(chunks));
      expect(lines.map(fromUtf8)).toEqual(['one', 'twö', '', 'three']);
    }
  });

  it('bounds a line before it is held, and finds a file that was cut off', async () => {
    const endless = (function* () {
      for (;;) yield new Uint8Array(1000).fill(0x61);
    })();
    await expect(collect(readLines(endless, 5000))).rejects.toMatchObject({ code: 'line_too_long' });
    await expect(collect(readLines([utf8('a\nb')]))).rejects.toMatchObject({ code: 'truncated' });
  });
});
