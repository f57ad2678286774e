/**
 * How fast an export verifies, from a file, as `countersign audit verify` reads it.
 *
 *   node bench/ledger.ts [entries=1000000] [runs=3]
 *
 * A file of about 1.1 GB per million entries is written to the temporary folder, and removed.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  accumulator,
  type ExportEntry,
  type ExportHeader,
  encodeLeaf,
  formatVerifierKey,
  type LeafInput,
  leafHash,
  readLines,
  type SignerKey,
  signCheckpoint,
  toHex,
  verifierOf,
  verifyExport,
  writeExport,
} from '../packages/ledger/src/index.ts';

const [entries = 1_000_000, runs = 3] = process.argv.slice(2).map(Number);
const ENVIRONMENT = 'env_01890a5d-ac96-774b-bcce-b302099a8057';
const PERSON = 'usr_01890a5d-ac96-774b-bcce-b302099a8057';
const SIGNER: SignerKey = { name: 'bench.example/ledger', seed: new Uint8Array(32).fill(1) };
const digest = 'b'.repeat(64);

/** Requests of four entries each, 64 of them under way at a time; what they hold is as large as in a real log. */
function leafAt(seq: number, previous: string | null): LeafInput {
  const { stream, version } = place(seq);
  const at = new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString();
  const decision = { number: version, step: 'budget-owner', by: PERSON, at, decision: 'approve' };
  const why = { clause: 'quorum.all', inputs: { required: 1, approved: 1 } };
  const events = [
    { type: 'decision.recorded', decision, comment: null, via: [] },
    { type: 'step.approved', step: 'budget-owner', why },
  ];
  return {
    v: 1,
    environment: ENVIRONMENT,
    kind: 'request',
    stream,
    version,
    previous,
    engine: 1,
    command: {
      id: `cmd_01890a5d-ac96-774b-bcce-${String(seq).padStart(12, '0')}`,
      type: 'decide',
      actor: { person: PERSON, key: 'key_01890a5d-ac96-774b-bcce-b302099a8057' },
      data: { assignment: version, decision: 'approve', revision: digest, reason: null },
    },
    correlation: null,
    now: at,
    directory: 57,
    facts: { [`person:${PERSON}`]: digest, 'role:budget-owner': digest },
    events,
  };
}

function place(seq: number): { readonly stream: string; readonly version: number } {
  const number = Math.floor((seq - 1) / 256) * 64 + ((seq - 1) % 64);
  const stream = `req_01890a5d-ac96-774b-bcce-${String(number).padStart(12, '0')}`;
  return { stream, version: 1 + (Math.floor((seq - 1) / 64) % 4) };
}

function* log(): Generator<ExportEntry & { readonly hash: Uint8Array }> {
  const tips = new Map<string, string>();
  for (let seq = 1; seq <= entries; seq++) {
    const { stream, version } = place(seq);
    const leaf = encodeLeaf(leafAt(seq, version === 1 ? null : (tips.get(stream) ?? null)));
    const hash = leafHash(leaf);
    if (version === 4) tips.delete(stream);
    else tips.set(stream, toHex(hash));
    yield { seq, leaf, hash };
  }
}

async function writeFile(path: string): Promise<number> {
  // Twice over the log: the checkpoint stands before the entries.
  const tree = accumulator();
  let bytes = 0;
  for (const { hash, leaf } of log()) {
    tree.add(hash);
    bytes += leaf.length;
  }
  const checkpoint = { origin: SIGNER.name, size: entries, root: tree.root(), extensions: [] };
  const header: ExportHeader = {
    before: [],
    after: [],
    checkpoint: signCheckpoint(checkpoint, [SIGNER]),
    engine: 1,
    environment: ENVIRONMENT,
    origin: SIGNER.name,
    range: { first: 1, last: entries },
    key: formatVerifierKey(verifierOf(SIGNER)),
  };
  await pipeline(Readable.from(writeExport(header, log())), createWriteStream(path));
  return bytes / entries;
}

const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
try {
  const path = join(folder, 'export.jsonl');
  const leafBytes = await writeFile(path);
  const { size } = await stat(path);
  const seconds: number[] = [];
  const processor: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    const before = process.cpuUsage();
    const chunks = createReadStream(path, { highWaterMark: 1024 * 1024 });
    const { verdict, findings } = await verifyExport(readLines(chunks));
    if (verdict !== 'intact-not-reexecuted') throw new Error(`the export is ${verdict}`);
    if (findings.entries !== entries) throw new Error(`${findings.entries} entries`);
    seconds.push((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(before);
    processor.push((user + system) / 1e6);
    const resident = (process.memoryUsage.rss() / 2 ** 20).toFixed(0);
    console.log(
      `run ${run + 1}: ${seconds.at(-1)?.toFixed(2)} s, ${processor.at(-1)?.toFixed(2)} s of CPU, ${resident} MiB resident`,
    );
  }
  const middle = (of: readonly number[]): number =>
    of.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
  const median = middle(seconds);
  const [cpu] = cpus();
  const [load = 0] = loadavg();
  console.log(
    `machine: ${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}; load ${load.toFixed(1)}`,
  );
  console.log(
    `${entries} entries, leaves of ${leafBytes.toFixed(0)} bytes on average, ${(size / 1e9).toFixed(2)} GB`,
  );
  console.log(
    `median of ${runs}: ${median.toFixed(2)} s, ${Math.round(entries / median)} entries/s, ${(size / 1e6 / median).toFixed(0)} MB/s`,
  );
  // Of all threads; what else the machine does counts little here.
  console.log(
    `median of ${runs}: ${middle(processor).toFixed(2)} s of CPU, ${Math.round(entries / middle(processor))} entries per second of CPU`,
  );
} finally {
  await rm(folder, { recursive: true });
}
