import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type RouteId, routeTable } from '@countersign/contract';
import { verifyExport, verifyInclusion } from '@countersign/ledger';
import { afterAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '../../db/embedded.ts';
import { migrate } from '../../db/migrate.ts';
import { enableAppLogin } from '../../db/migrate-roles.ts';
import { OwnerErased } from '../../engine/seal/index.ts';
import { historyOf } from '../events/index.ts';
import { filesIn, searchable } from './erasures.test-kit.ts';
import { NAMES, openErasures } from './erasures.world.test-kit.ts';

/** A server of its own: the search goes through its whole data directory, WAL included. */
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-erasure-'));
// mkdtemp makes it for us alone; the server of a root user runs as another.
fs.chmodSync(root, 0o755);
const server = await startEmbedded({ dataDir: path.join(root, 'postgres'), log: () => undefined });
await server.ensureDatabase('erasure');
const ownerUrl = server.url('erasure');
await migrate({ ownerUrl, log: () => undefined });
const url = await enableAppLogin(ownerUrl);
const database = { name: 'erasure', url, ownerUrl, drop: async () => undefined };
const data = path.join(root, 'data');
const { asOwner, everything, dump } = searchable(ownerUrl, root);
const { world, seals, keys, environment, requests, callOf, parts, seal, someone, exported, close } =
  await openErasures(database, data);
afterAll(async () => {
  await close();
  await server.stop();
  fs.rmSync(root, { recursive: true });
});

function checked(id: RouteId, status: number, body: unknown): unknown {
  const answer = (routeTable[id].answers as Record<number, { schema: { parse(value: unknown): unknown } }>)[
    status
  ];
  expect(answer?.schema.parse(body)).toEqual(body);
  return body;
}

describe('an erasure', () => {
  test('leaves nothing to be found anywhere, and every proof as it was', async () => {
    const { audit, erasures, events } = parts();
    const { person, request, seq, references } = await someone();
    for (const { sealed } of references) {
      expect((await seals.openValues(environment, references)).get(sealed)?.state).toBe('open');
    }
    const before = await audit.getInclusionProof(callOf('getInclusionProof', { params: { seq }, query: {} }));
    const keyFile = filesIn(path.join(data, 'keys')).find((file) => file.endsWith(person)) ?? '';
    const wrapped = fs.readFileSync(keyFile);
    const ownerKey = Buffer.from(await keys.keyFor(environment, person));

    const body = { subject: person, reason: 'ticket 1182' };
    const reply = await erasures.createErasure(callOf('createErasure', { body }, 'erase-1'));
    expect(reply.status).toBe(201);
    const certificate = checked('createErasure', 201, reply.body) as {
      id: string;
      items: unknown[];
      seq: number;
    };
    expect(new Set(certificate.items)).toEqual(new Set(references));
    const again = await erasures.createErasure(callOf('createErasure', { body }, 'erase-1'));
    expect(again.body).toEqual(reply.body);
    expect(again.headers).toMatchObject({
      'Countersign-Seq': certificate.seq,
      'Idempotency-Replayed': 'true',
    });
    await expect(erasures.createErasure(callOf('createErasure', { body }, 'erase-2'))).rejects.toMatchObject({
      code: 'erased',
    });
    const got = await erasures.getErasure(callOf('getErasure', { params: { erasure: certificate.id } }));
    expect(checked('getErasure', 200, got.body)).toEqual(reply.body);

    for (const { sealed } of references) {
      expect((await seals.openValues(environment, references)).get(sealed)).toEqual({ state: 'erased' });
    }
    await expect(seal(person, request, 'more', 'x')).rejects.toThrow(OwnerErased);

    // The dump, and everything that PostgreSQL and we have on disk; a backup taken from here would hold no more.
    await asOwner('checkpoint');
    const answers = await world.reader
      .readAs(environment)
      .query<{ answer: string }>('select answer from countersign.idempotency where environment_id = $1', [
        environment,
      ]);
    const searched = new Map<string, Buffer>([
      ['dump', await dump()],
      ['export', Buffer.from(await exported())],
      ['answers', Buffer.from(answers.map((row) => row.answer).join('\n'))],
      ...(await everything()),
    ]);
    expect([...searched.keys()].some((file) => file.includes('/pg_wal/'))).toBe(true);
    expect(searched.size).toBeGreaterThan(500);
    const needles = [
      ...NAMES.flatMap((text) => [
        Buffer.from(text),
        Buffer.from(Buffer.from(text).toString('hex')),
        Buffer.from(text, 'utf16le'),
      ]),
      ownerKey,
      Buffer.from(ownerKey.toString('hex')),
      wrapped,
    ];
    const found = [...searched].filter(([, bytes]) => needles.some((needle) => bytes.includes(needle)));
    expect(found.map(([name]) => name)).toEqual([]);

    // What was proven stays proven; what stands in the log stands there still.
    const proof = checked('getInclusionProof', 200, before.body) as {
      size: number;
      leafIndex: number;
      leafHash: string;
      root: string;
      proof: string[];
    };
    const hex = (text: string) => Buffer.from(text, 'hex');
    const entry = await audit.getAuditEntry(callOf('getAuditEntry', { params: { seq } }));
    expect((checked('getAuditEntry', 200, entry.body) as { hash: string }).hash).toBe(proof.leafHash);
    verifyInclusion({
      leafIndex: proof.leafIndex,
      treeSize: proof.size,
      leafHash: hex(proof.leafHash),
      root: hex(proof.root),
      proof: proof.proof.map(hex),
    });
    const verified = await verifyExport((await exported()).trimEnd().split('\n'));
    expect(verified.verdict).toBe('intact-not-reexecuted');
    const history = await historyOf(world.reader, environment, request, { after: 0, limit: 50 });
    checked('getHistory', 200, { items: history.items, nextCursor: null });
    const page = await events.listEvents(
      callOf('listEvents', { query: { after: certificate.seq - 1, limit: 5 } }),
    );
    expect(checked('listEvents', 200, page.body)).toMatchObject({
      items: [
        {
          seq: certificate.seq,
          stream: 'environment/erasures',
          event: { type: 'erasure.recorded', subject: person },
        },
      ],
    });
  });

  test('the search would have found it: before the erasure the key is there, and a plaintext column would be', async () => {
    const { person } = await someone();
    const key = Buffer.from(await keys.keyFor(environment, person));
    const wrapped = fs.readFileSync(
      filesIn(path.join(data, 'keys')).find((file) => file.endsWith(person)) ?? '',
    );
    expect(key).toHaveLength(32);
    await asOwner("create table planted as select 'Planted Plaintext Person' as name");
    await asOwner('checkpoint');
    const found = async (needle: Buffer) =>
      [...(await everything())].filter(([, bytes]) => bytes.includes(needle));
    expect(await found(wrapped)).toHaveLength(1);
    // In the table, and in the log of the database.
    expect((await found(Buffer.from('Planted Plaintext Person'))).length).toBeGreaterThanOrEqual(2);
    expect((await dump()).includes('Planted Plaintext Person')).toBe(true);
    await asOwner('drop table planted');
  });

  test('of nobody we know is refused', async () => {
    const { erasures } = parts();
    const unknown = callOf('createErasure', { body: { subject: requests.person() } }, 'erase-3');
    await expect(erasures.createErasure(unknown)).rejects.toMatchObject({ code: 'unknown-person' });
    const request = callOf('createErasure', { body: { subject: `req_${randomUUID()}` } }, 'erase-4');
    await expect(erasures.createErasure(request)).rejects.toMatchObject({ code: 'not-found' });
  });
});
