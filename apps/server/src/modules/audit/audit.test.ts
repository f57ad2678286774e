import path from 'node:path';
import { type RouteId, routeTable } from '@countersign/contract';
import { replayer } from '@countersign/core';
import { readLines, verifyConsistency, verifyExport, verifyInclusion } from '@countersign/ledger';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../../test/harness/index.ts';
import { active, gone, member, requestsOf } from '../../engine/readers/requests.test-kit.ts';
import { openWorld } from '../../engine/readers/world.test-kit.ts';
import { checkpoints, fileLogKeys, outsideCheckpoints } from '../../engine/tree/index.ts';
import type { Call } from '../../http/call.ts';
import type { Principal } from '../../http/principal.ts';
import { eventHandlers, historyOf } from '../events/index.ts';
import { PAGE_BYTES } from './audit.entries.ts';
import { auditHandlers } from './index.ts';

const database = await testDatabase();
const world = await openWorld(database);
afterAll(() => world.close());
const signing = checkpoints({
  pool: world.pool,
  reader: world.reader,
  keys: fileLogKeys(path.join(world.data, 'log-keys')),
  outside: outsideCheckpoints(path.join(world.data, 'checkpoints')),
});
const audit = auditHandlers({ reader: world.reader, checkpoints: signing });
const events = eventHandlers({ reader: world.reader });
let environment: string;
let request: string;
let requests: Awaited<ReturnType<typeof requestsOf>>;

beforeAll(async () => {
  environment = await world.environment();
  requests = await requestsOf(
    world,
    environment,
    `
definition: purchase
title: Purchase
fields:
  note: { type: text }
route:
  - approve: legal
    by: { group: legal }
`,
  );
  const [ann, bob, req] = [requests.person(), requests.person(), requests.person()];
  await requests.direct(active(ann), active(bob), active(req), member('legal', ann, bob));
  request = await requests.file(req, { content: { fields: { note: 'ten chairs' }, documents: {} } });
  for (let i = 0; i < 20; i += 1) await requests.file(req);
  await requests.direct(gone(bob));
  const { state } = await requests.state(request);
  const place = state.assignments.find((one) => one.person === ann);
  await requests.command(
    request,
    {
      type: 'decide',
      assignment: place?.n ?? 0,
      decision: 'approve',
      revisionDigest: state.revision.digest,
      reason: null,
      comment: null,
      onBehalfOf: null,
    },
    { kind: 'person', person: ann, via: 'svc_018f0000-0000-7000-8000-000000000001' },
  );
});

function callOf<Id extends RouteId>(id: Id, parts: Partial<Record<'params' | 'query', unknown>>): Call<Id> {
  const principal: Principal = {
    environment,
    serviceAccount: 'svc_018f0000-0000-7000-8000-000000000001',
    key: 'key_1',
    scopes: new Set(),
    definitions: null,
  };
  const call: unknown = { id, params: undefined, query: undefined, principal, actFor: null, ...parts };
  return call as Call<Id>;
}

type Schemas = Record<number, { schema: { parse(value: unknown): unknown } }>;

/** The body of a reply, held to the contract: nothing missing, and nothing that it does not name. */
function bodyOf(id: RouteId, reply: { readonly status: number; readonly body?: unknown }) {
  const answers: unknown = routeTable[id].answers;
  const parsed = (answers as Schemas)[reply.status]?.schema.parse(reply.body);
  expect(parsed).toEqual(reply.body);
  return reply.body as never;
}

async function exported(after = 0): Promise<Uint8Array[]> {
  const { stream } = await audit.exportAudit(callOf('exportAudit', { query: { after } }));
  const lines: Uint8Array[] = [];
  for await (const line of readLines(stream ?? [])) lines.push(Uint8Array.from(line));
  return lines;
}

const hex = (text: string) => Buffer.from(text, 'hex');
const headOf = async (): Promise<number> =>
  (bodyOf('getCheckpoint', await audit.getCheckpoint(callOf('getCheckpoint', {}))) as { size: number }).size;

describe('entries', () => {
  test('are listed by seq, in pages that join without a gap', async () => {
    const seen: number[] = [];
    for (let after = 0; ; ) {
      const page: { items: { seq: number }[]; nextAfter: number; head: number } = bodyOf(
        'listAuditEntries',
        await audit.listAuditEntries(callOf('listAuditEntries', { query: { after, limit: 7 } })),
      );
      seen.push(...page.items.map(({ seq }) => seq));
      if (page.items.length === 0) {
        expect(page.nextAfter).toBe(page.head);
        break;
      }
      after = page.nextAfter;
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i + 1));
    expect(seen).toHaveLength(await headOf());
  });

  test('beyond the head are not found', async () => {
    await expect(
      audit.getAuditEntry(callOf('getAuditEntry', { params: { seq: 9999 } })),
    ).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('proofs', () => {
  test('of a write are there right after it, and verify by the checkpoint that comes with them', async () => {
    const { seq, leafHash } = await world.append(environment, 'environment/fresh');
    const proof: {
      leafIndex: number;
      leafHash: string;
      size: number;
      root: string;
      proof: string[];
      checkpoint: { root: string; size: number } | null;
    } = bodyOf(
      'getInclusionProof',
      await audit.getInclusionProof(callOf('getInclusionProof', { params: { seq }, query: {} })),
    );
    expect(proof.leafHash).toBe(leafHash);
    expect(proof.checkpoint).toMatchObject({ root: proof.root, size: proof.size });
    verifyInclusion({
      leafIndex: proof.leafIndex,
      treeSize: proof.size,
      leafHash: hex(proof.leafHash),
      root: hex(proof.root),
      proof: proof.proof.map(hex),
    });
  });

  test('are made for any size there was, and refused for one that has not come', async () => {
    const head = await headOf();
    for (const from of [0, 1, 7, head]) {
      const proof: { from: number; to: number; fromRoot: string; toRoot: string; proof: string[] } = bodyOf(
        'getConsistencyProof',
        await audit.getConsistencyProof(callOf('getConsistencyProof', { query: { from } })),
      );
      expect(proof.to).toBe(head);
      if (from === 0) continue;
      verifyConsistency({
        size1: from,
        size2: head,
        root1: hex(proof.fromRoot),
        root2: hex(proof.toRoot),
        proof: proof.proof.map(hex),
      });
    }
    for (const call of [
      () =>
        audit.getInclusionProof(
          callOf('getInclusionProof', { params: { seq: 1 }, query: { size: head + 1 } }),
        ),
      () => audit.getInclusionProof(callOf('getInclusionProof', { params: { seq: 5 }, query: { size: 4 } })),
      () => audit.getConsistencyProof(callOf('getConsistencyProof', { query: { from: 9, to: 8 } })),
      () => audit.getConsistencyProof(callOf('getConsistencyProof', { query: { from: head + 1 } })),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'tree-size-unavailable' });
    }
  });
});

describe('events', () => {
  test('come by seq with the events of an entry on one page, and a history is those of one stream', async () => {
    const seen: string[] = [];
    for (let after = 0; ; ) {
      const page: { items: { seq: number; index: number; stream: string }[]; nextAfter: number } = bodyOf(
        'listEvents',
        await events.listEvents(callOf('listEvents', { query: { after, limit: 2 } })),
      );
      if (page.items.length === 0) break;
      expect(page.items[0]?.index).toBe(0);
      seen.push(
        ...page.items.filter(({ stream }) => stream === request).map(({ seq, index }) => `${seq}.${index}`),
      );
      after = page.nextAfter;
    }
    const told: string[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page = await historyOf(world.reader, environment, request, { after, limit: 1 });
      bodyOf('getHistory', { status: 200, body: { items: page.items, nextCursor: null } });
      told.push(...page.items.map(({ seq, index }) => `${seq}.${index}`));
      after = page.nextVersion;
    }
    expect(told).toEqual(seen);
    expect(told.length).toBeGreaterThan(5);
  });
});

describe('an export', () => {
  test('verifies offline, as a whole and in part, and every decision in it decides the same again', async () => {
    const replay = replayer();
    const verified = await verifyExport(await exported(), {
      reexecute: ({ seq, leaf }) => {
        const { verdict, ...rest } = replay.entry({ seq, ...leaf });
        const detail = 'detail' in rest ? rest.detail : null;
        return { verdict: verdict === 'not-decided' ? 'reproduced' : verdict, detail };
      },
    });
    expect(verified).toMatchObject({ verdict: 'intact-and-reproduced', findings: { complete: true } });
    const part = await verifyExport(await exported(10));
    expect(part).toMatchObject({
      verdict: 'intact-not-reexecuted',
      findings: { range: { first: 11 }, complete: false },
    });
    const none = await verifyExport(await exported(await headOf()));
    expect(none).toMatchObject({ verdict: 'intact-not-reexecuted', findings: { entries: 0 } });
  });

  test('is of one moment, whatever is committed while it is read', async () => {
    const { stream } = await audit.exportAudit(callOf('exportAudit', { query: { after: 0 } }));
    const before = await headOf();
    for (let i = 0; i < 5; i += 1) await world.append(environment, 'environment/meanwhile');
    const lines: Uint8Array[] = [];
    for await (const line of readLines(stream ?? [])) lines.push(Uint8Array.from(line));
    const verified = await verifyExport(lines);
    expect(verified).toMatchObject({ verdict: 'intact-not-reexecuted', findings: { entries: before } });
  });

  test('of a log in which one row was changed names that entry', async () => {
    await exported();
    const target = 6;
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    // As nobody but the owner of the database could: triggers off, and the hash made to fit.
    await owner.query("set session_replication_role = 'replica'");
    const { rows } = await owner.query<{ leaf: Buffer; leaf_hash: Buffer }>(
      'select leaf, leaf_hash from countersign.entry where environment_id = $1 and seq = $2',
      [environment, target],
    );
    const kept = rows[0];
    const forged = Buffer.from(
      (kept?.leaf.toString('utf8') ?? '').replace(
        /("requester":"usr_)(.)/,
        (_, before: string, first: string) => before + (first === 'f' ? 'g' : 'f'),
      ),
    );
    expect(forged.equals(kept?.leaf ?? Buffer.alloc(0))).toBe(false);
    const write = (leaf: Buffer) =>
      owner.query(
        `update countersign.entry set leaf = $3, leaf_hash = sha256('\\x00'::bytea || $3::bytea)
          where environment_id = $1 and seq = $2`,
        [environment, target, leaf],
      );
    await write(forged);
    const verified = await verifyExport(await exported());
    await write(kept?.leaf ?? Buffer.alloc(0));
    await owner.end();
    expect(verified).toMatchObject({ verdict: 'broken', fault: { code: 'entry_altered', seq: target } });
    expect((await verifyExport(await exported())).verdict).toBe('intact-not-reexecuted');
  });

  test('holds a page of entries at a time, however long the log', async () => {
    const big = await world.environment();
    for (let i = 0; i < 40; i += 1) {
      await world.append(big, 'environment/big', { type: 'thing.happened', text: 'x'.repeat(500_000) });
    }
    // Bytes of leaves that have left the database, against bytes that have left the export.
    let fetched = 0;
    const counting: typeof world.reader = {
      readAs: (of) => ({
        async query<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) {
          const rows = await world.reader.readAs(of).query<R>(text, values);
          for (const row of rows) if (Buffer.isBuffer(row.leaf)) fetched += row.leaf.length;
          return rows;
        },
      }),
    };
    const before = environment;
    environment = big;
    const handlers = auditHandlers({ reader: counting, checkpoints: signing });
    const { stream } = await handlers.exportAudit(callOf('exportAudit', { query: { after: 0 } }));
    environment = before;
    let sent = 0;
    let ahead = 0;
    for await (const piece of stream ?? []) {
      sent += piece.length;
      ahead = Math.max(ahead, fetched - sent);
    }
    expect(sent).toBeGreaterThan(20_000_000);
    expect(fetched).toBeGreaterThan(20_000_000);
    // A page, the entry that overfills it, and the chunks between.
    expect(ahead).toBeLessThan(PAGE_BYTES + 2_000_000);
  });
});
