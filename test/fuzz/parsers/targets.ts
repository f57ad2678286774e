import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  canonicalDefinition,
  checkDefinition,
  definitionDigest,
  parseCanonicalDefinition,
  parseDefinition,
  parseMatrix,
} from '@countersign/core';
import {
  canonicalText,
  decodeLeaf,
  LEAF_LIMITS,
  LedgerError,
  openCheckpoint,
  parseCanonical,
  parseVerifierKey,
  readLines,
  unverifiedCheckpoint,
  verifyConsistency,
  verifyExport,
  verifyInclusion,
} from '@countersign/ledger';
import { makeCursor, readCursor } from '../../../apps/server/src/http/cursor.ts';
import { parseBody } from '../../../apps/server/src/http/json.ts';
import { ProblemError } from '../../../apps/server/src/http/problem.ts';
import { readXes } from '../../../packages/cli/src/import/xes.ts';
import { limits, scope } from '../../../packages/core/src/condition/fixture.test-kit.ts';
import {
  checkExpression,
  evaluateSource,
  type Inputs,
  lookupIn,
  parseExpression,
} from '../../../packages/core/src/condition/index.ts';
import { file, leaves, note } from '../../../packages/ledger/test/log.ts';
import { KEY } from '../../../packages/ledger/test/sample.ts';
import { MATRIX, SPENDING, VENDOR } from '../http/seeds.ts';
import { proofs } from './proofs.ts';
import type { Target } from './run.ts';

const root = new URL('../../../', import.meta.url);
const blocks = (page: string, language: string): Buffer[] =>
  [...readFileSync(new URL(page, root), 'utf8').matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter((match) => match[1] === language)
    .map((match) => Buffer.from(match[2] ?? ''));
const examples = readdirSync(new URL('examples/', root), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(new URL(`examples/${name}`, root)));

const yaml = [
  ...examples,
  ...blocks('docs/reference/definition.md', 'yaml'),
  Buffer.from(SPENDING),
  Buffer.from(VENDOR),
];
const json = yaml.flatMap((source) => {
  const parsed = parseDefinition(source.toString('utf8'));
  return parsed.ok ? [Buffer.from(JSON.stringify(JSON.parse(canonicalDefinition(parsed.definition))))] : [];
});
const conditions = [
  ...blocks('docs/reference/conditions.md', 'cel').flatMap((block) => block.toString('utf8').split('\n')),
  ...[
    ...readFileSync(new URL('docs/reference/conditions.md', root), 'utf8').matchAll(/`([^`\n]{5,80})`/g),
  ].map((match) => match[1] ?? ''),
  'dealValue > limits.standardDeal && tier == "enterprise" || !urgent',
  'amounts.exists(a, a > 100.EUR) ? tags.size() > 2 : region in ["EMEA", "APAC"]',
  'checks.credit == "pass" && end - start < notice',
].map((text) => Buffer.from(text));

/** A parser of the ledger refuses with its own error, or gives what it says. */
function ledger(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof LedgerError) return `${error.code} ${error.message.slice(0, 60)}`;
    throw error;
  }
}

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
const codes = (problems: readonly { readonly code: string }[]): string =>
  [...new Set(problems.map(({ code }) => code))].sort().join();

function definition(text: string, format?: 'yaml' | 'json'): string {
  const parsed = parseDefinition(text, format);
  if (!parsed.ok) {
    must(parsed.problems.length > 0, 'refused without a problem');
    return codes(parsed.problems);
  }
  const canonical = canonicalDefinition(parsed.definition);
  must(
    definitionDigest(parseCanonicalDefinition(canonical)) === parsed.digest,
    'its canonical form has another digest',
  );
  const checked = checkDefinition(parsed.definition, parsed.source);
  return `read ${codes(checked.problems)} ${codes(parsed.notYet)}`;
}

const INPUTS: Inputs = {
  fields: {
    dealValue: { amount: '12000.00', currency: 'EUR' },
    tier: 'enterprise',
    region: 'EMEA',
    urgent: false,
    title: 'Grüße '.repeat(50),
    tags: ['a', 'b'],
    counts: [1, 2, 3],
    amounts: [{ amount: '1', currency: 'EUR' }],
    received: '2026-01-31T09:00:00.000Z',
    start: '2026-01-01',
  },
  limits,
  requester: 'usr_1',
  submitter: 'usr_2',
  beneficiary: 'usr_1',
  revision: 1,
  check: () => 'pass',
};

function condition(text: string): string {
  const parsed = parseExpression(text);
  if (!parsed.ok) return `${parsed.problem.code} ${parsed.problem.message.slice(0, 30)}`;
  const checked = checkExpression(parsed.expression, scope);
  const { result } = evaluateSource(text, scope, lookupIn(INPUTS));
  return `${codes(checked.problems)} ${JSON.stringify(checked.type)} ${JSON.stringify(result)?.slice(0, 40)}`;
}

const noteText = note.slice(0, note.indexOf('\n\n'));
const xesFile = path.join(os.tmpdir(), `countersign-fuzz-${process.pid}.xes`);
process.once('exit', () => rmSync(xesFile, { force: true }));
const XES = `<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0"><extension name="Concept" prefix="concept" uri="http://x"/>
<trace><string key="concept:name" value="declaration 1"/><float key="Amount" value="26.85"/>
<event><string key="concept:name" value="Declaration SUBMITTED by EMPLOYEE"/><string key="org:role" value="EMPLOYEE"/>
<date key="time:timestamp" value="2017-01-09T09:49:50.000+01:00"/></event></trace></log>`;

/** What it says of a file that is none, in words of its own. */
async function xes(input: Buffer): Promise<string> {
  writeFileSync(xesFile, input);
  let cases = 0;
  try {
    for await (const one of readXes(xesFile)) cases += one.events.length + 1;
    return `${cases} read`;
  } catch (error) {
    if (error instanceof Error && error.name === 'Error') return error.message.slice(0, 60);
    throw error;
  }
}

const filters = { status: 'open', cursor: undefined };
const bodies = [SPENDING, '{"a":[1,2.5,"x\\n",null,true,{"b":{}}],"c":"é","d":-0.1}'].map((text) =>
  Buffer.from(text),
);

export const targets: readonly Target[] = [
  {
    name: 'definition, YAML',
    corpus: yaml,
    most: 270_000,
    parse: (input) => definition(input.toString('utf8')),
  },
  {
    name: 'definition, JSON',
    corpus: json,
    most: 270_000,
    parse: (input) => definition(input.toString('utf8'), 'json'),
  },
  {
    name: 'matrix',
    corpus: [Buffer.from(MATRIX), ...examples],
    most: 300_000,
    parse: (input) => {
      const parsed = parseMatrix(input.toString('utf8'));
      return parsed.ok ? 'read' : codes(parsed.problems);
    },
  },
  {
    name: 'condition',
    corpus: conditions,
    most: 10_000,
    parse: (input) => condition(input.toString('utf8')),
  },
  {
    name: 'canonical JSON',
    corpus: [...json, ...leaves.map((leaf) => Buffer.from(leaf))],
    most: 500_000,
    parse: (input) =>
      ledger(() => {
        const value = parseCanonical(input, LEAF_LIMITS);
        must(Buffer.from(canonicalText(value)).equals(input), 'its canonical text is another');
        return typeof value;
      }),
  },
  {
    name: 'leaf',
    corpus: leaves.map((leaf) => Buffer.from(leaf)),
    most: 500_000,
    parse: (input) => ledger(() => decodeLeaf(input).kind),
  },
  {
    name: 'body of a request',
    corpus: [...json, ...bodies],
    most: 1_100_000,
    parse: (input) => {
      const parsed = parseBody(input);
      return parsed.ok ? typeof parsed.value : `${parsed.code} ${parsed.detail.slice(0, 30)}`;
    },
  },
  {
    name: 'note and key',
    corpus: [Buffer.from(note), Buffer.from(KEY)],
    most: 100_000,
    parse: (input) => {
      const text = input.toString('utf8');
      const key = ledger(() => parseVerifierKey(text).name);
      const plain = ledger(() => String(unverifiedCheckpoint(text).size));
      const opened = ledger(() => {
        openCheckpoint(text, [parseVerifierKey(KEY)]);
        must(text.startsWith(`${noteText}\n\n`), 'a text that was never signed is taken for signed');
        return 'opened';
      });
      return `${key} ${plain} ${opened}`;
    },
  },
  {
    name: 'proofs',
    corpus: proofs.map((proof) => Buffer.from(JSON.stringify(proof))),
    most: 100_000,
    parse: (input) => {
      const proof = readProof(input);
      if (proof === null) return 'no proof';
      return ledger(() => {
        if (proof.kind === 'inclusion') verifyInclusion(proof.given);
        else verifyConsistency(proof.given);
        return `${proof.kind} holds`;
      });
    },
  },
  {
    name: 'export',
    corpus: [Buffer.from(file)],
    most: 500_000,
    parse: async (input) => {
      const result = await verifyExport(readLines([input]));
      if (result.verdict === 'broken') return `${result.fault.code} ${result.fault.seq}`;
      must(input.equals(file), 'a file that was changed is intact');
      return result.verdict;
    },
  },
  { name: 'XES', corpus: [Buffer.from(XES)], most: 300_000, parse: xes },
  {
    name: 'cursor',
    corpus: [Buffer.from(makeCursor(filters, [7, 'req_1']))],
    most: 10_000,
    parse: (input) => {
      try {
        return String(readCursor({ ...filters, cursor: input.toString('latin1') })?.length);
      } catch (error) {
        if (error instanceof ProblemError) return error.code;
        throw error;
      }
    },
  },
];

type Proof =
  | { readonly kind: 'inclusion'; readonly given: Parameters<typeof verifyInclusion>[0] }
  | { readonly kind: 'consistency'; readonly given: Parameters<typeof verifyConsistency>[0] };

/** Proofs arrive as JSON: numbers of any kind, hashes of any length. */
function readProof(input: Buffer): Proof | null {
  const bytes = (hex: unknown): Uint8Array => Buffer.from(String(hex), 'hex');
  try {
    const value: unknown = JSON.parse(input.toString('utf8'));
    if (typeof value !== 'object' || value === null || !('proof' in value) || !Array.isArray(value.proof))
      return null;
    const given = value as { readonly [name: string]: unknown };
    const proof = value.proof.map(bytes);
    const number = (name: string): number => Number(given[name]);
    return 'leafHash' in value
      ? {
          kind: 'inclusion',
          given: {
            leafIndex: number('leafIndex'),
            treeSize: number('treeSize'),
            leafHash: bytes(given.leafHash),
            root: bytes(given.root),
            proof,
          },
        }
      : {
          kind: 'consistency',
          given: {
            size1: number('size1'),
            size2: number('size2'),
            root1: bytes(given.root1),
            root2: bytes(given.root2),
            proof,
          },
        };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
