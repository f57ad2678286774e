import { randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type RouteId, routeTable } from '@countersign/contract';
import { verifyExport, verifyInclusion } from '@countersign/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '../../db/embedded.ts';
import { migrate } from '../../db/migrate.ts';
import { enableAppLogin } from '../../db/migrate-roles.ts';
import { runReaders } from '../../engine/readers/index.ts';
import { active, member, requestsOf } from '../../engine/readers/requests.test-kit.ts';
import { openWorld, until, type World } from '../../engine/readers/world.test-kit.ts';
import {
  fileKeyStore,
  type KeyStore,
  masterKey,
  OwnerErased,
  SEAL_ENTROPY_BYTES,
  type Sealer,
  sealer,
} from '../../engine/seal/index.ts';
import { checkpoints, fileLogKeys, outsideCheckpoints } from '../../engine/tree/index.ts';
import type { Call } from '../../http/call.ts';
import type { Principal } from '../../http/principal.ts';
import { auditHandlers } from '../audit/index.ts';
import { eventHandlers, historyOf } from '../events/index.ts';
import { filesIn, searchable } from './erasures.test-kit.ts';
import { erasureHandlers, erasureReader, replayErasures } from './index.ts';

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
const NAMES = [
  'Ingeborg Przybylska-Okonkwo',
  'ingeborg.przybylska@example.com',
  'Her knee, since the accident in Löwenstein',
];

let world: World;
let keys: KeyStore;
let seals: Sealer;
let environment: string;
let requests: Awaited<ReturnType<typeof requestsOf>>;

const openKeys = () =>
  fileKeyStore({
    directory: path.join(data, 'keys'),
    master: masterKey(Buffer.alloc(32, 7)),
    onError: (error) => {
      throw error;
    },
  });

beforeAll(async () => {
  fs.mkdirSync(data, { recursive: true });
  world = await openWorld(database, { data });
  keys = await openKeys();
  seals = sealer(keys, world.reader, 1 << 20);
  environment = await world.environment();
  requests = await requestsOf(world, environment, DEFINITION);
});

afterAll(async () => {
  keys.close();
  await world.close();
  await server.stop();
  fs.rmSync(root, { recursive: true });
});

const DEFINITION = `
definition: leave
title: Leave
fields:
  cause: { type: text, personal: true }
route:
  - approve: lead
    by: { group: lead }
`;

const principal: () => Principal = () => ({
  environment,
  serviceAccount: 'svc_018f0000-0000-7000-8000-000000000001',
  key: 'key_1',
  scopes: new Set(),
  definitions: null,
});

/** A validated call, as the edge would hand it over. */
function callOf<Id extends RouteId>(
  id: Id,
  parts: Partial<Record<'params' | 'query' | 'body', unknown>>,
  key: string | null = null,
): Call<Id> {
  const call: unknown = {
    id,
    params: undefined,
    query: undefined,
    headers: undefined,
    body: undefined,
    stream: null,
    principal: principal(),
    actFor: null,
    idempotencyKey: key,
    requestDigest: Buffer.alloc(32, 1),
    ifMatch: null,
    correlationId: 'c-1',
    ...parts,
  };
  return call as Call<Id>;
}

function checked(id: RouteId, status: number, body: unknown): unknown {
  const answer = (routeTable[id].answers as Record<number, { schema: { parse(value: unknown): unknown } }>)[
    status
  ];
  expect(answer?.schema.parse(body)).toEqual(body);
  return body;
}

const parts = () => {
  const outside = outsideCheckpoints(path.join(data, 'checkpoints'));
  const signing = checkpoints({
    pool: world.pool,
    reader: world.reader,
    keys: fileLogKeys(path.join(data, 'log-keys')),
    outside,
  });
  return {
    audit: auditHandlers({ reader: world.reader, checkpoints: signing }),
    events: eventHandlers({ reader: world.reader }),
    erasures: erasureHandlers({ engine: world.engine, reader: world.reader, keys, sealer: seals }),
  };
};

async function seal(owner: string, stream: string, name: string, value: string) {
  const item = `itm_${randomUUID()}`;
  return seals.sealValue({
    environment,
    owner,
    stream,
    item,
    name,
    value,
    entropy: randomBytes(SEAL_ENTROPY_BYTES),
  });
}

/** A person whose name, address and reason for leave the log holds, sealed. */
async function someone() {
  const [person, lead] = [requests.person(), requests.person()];
  await requests.direct(active(lead), active(person), member('lead', lead));
  const [name, email] = await Promise.all(
    NAMES.slice(0, 2).map((text, i) =>
      seal(person, 'environment/profiles', i === 0 ? 'name' : 'email', text),
    ),
  );
  if (name === undefined || email === undefined) throw new Error('not sealed');
  await world.append(
    environment,
    'environment/profiles',
    { type: 'person.described', name: name.reference, email: email.reference },
    { sealed: [name.row, email.row] },
  );
  const request = `req_${randomUUID()}`;
  const cause = await seal(person, request, 'fields.cause', NAMES[2] ?? '');
  const { seq } = await requests.command(
    request,
    {
      type: 'create',
      request,
      definition: 'leave',
      definitionDigest: (await requests.definitions.newest(environment, 'leave'))?.compiled.digest ?? '',
      requester: person,
      submitter: null,
      beneficiary: null,
      externalReference: null,
      content: { fields: { cause: cause.reference }, documents: {} },
      draft: false,
    },
    undefined,
    [cause.row],
  );
  return { person, request, seq, references: [name.reference, email.reference, cause.reference] };
}

async function exported() {
  const { audit } = parts();
  const { stream } = await audit.exportAudit(callOf('exportAudit', { query: { after: 0 } }));
  const pieces: Buffer[] = [];
  for await (const piece of stream ?? []) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
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

  test('whose process died after its entry is finished by the reader of another', async () => {
    const { person, references } = await someone();
    const dying = { ...keys, destroy: () => Promise.reject(new Error('killed')) };
    const handlers = erasureHandlers({
      engine: world.engine,
      reader: world.reader,
      keys: dying,
      sealer: seals,
    });
    const call = callOf('createErasure', { body: { subject: person } }, 'erase-5');
    await expect(handlers.createErasure(call)).rejects.toThrow('killed');
    const runner = runReaders({
      pool: world.pool,
      reader: world.reader,
      subscriptions: [erasureReader({ reader: world.reader, keys })],
      pollMs: 10,
      onEvent: () => undefined,
    });
    await until(() => keys.isErased(environment, person));
    await runner.stop();
    for (const { sealed } of references) {
      expect((await seals.openValues(environment, references)).get(sealed)).toEqual({ state: 'erased' });
    }
    const reply = await parts().erasures.createErasure(call);
    expect(reply).toMatchObject({ status: 201, body: { subject: person } });
  });

  test('is replayed on a restored database, and on a restored key store, before anything is served', async () => {
    const { person, references } = await someone();
    const keyFile = filesIn(path.join(data, 'keys')).find((file) => file.endsWith(person)) ?? '';
    const [keyBackup, rows] = [fs.readFileSync(keyFile), await sealedRows(person)];
    await parts().erasures.createErasure(callOf('createErasure', { body: { subject: person } }, 'erase-6'));
    expect(await sealedRows(person)).toEqual([]);

    // The database comes back with its rows; the list beside the keys knows better.
    await restoreRows(rows);
    expect(await replayErasures({ reader: world.reader, keys }, [environment])).toBe(1);
    expect(await sealedRows(person)).toEqual([]);

    // The key store comes back from before, list and all; the log knows better.
    await restoreRows(rows);
    fs.writeFileSync(keyFile, keyBackup);
    fs.rmSync(path.join(data, 'keys', 'erasures.jsonl'));
    const restored = await openKeys();
    const opens = sealer(restored, world.reader, 0);
    expect((await opens.openValues(environment, references)).get(references[0]?.sealed ?? '')?.state).toBe(
      'open',
    );
    expect(
      await replayErasures({ reader: world.reader, keys: restored }, [environment]),
    ).toBeGreaterThanOrEqual(1);
    expect((await opens.openValues(environment, references)).get(references[0]?.sealed ?? '')).toEqual({
      state: 'erased',
    });
    expect(fs.existsSync(keyFile)).toBe(false);
    restored.close();
  });
});

const sealedRows = (owner: string) =>
  asOwner('select * from countersign.sealed_value where environment_id = $1 and owner = $2', [
    environment,
    owner,
  ]);

const restoreRows = (rows: readonly object[]) =>
  asOwner(
    `insert into countersign.sealed_value
     select r.* from jsonb_array_elements($1::jsonb) j, jsonb_populate_record(null::countersign.sealed_value, j) r`,
    [
      JSON.stringify(rows, (_key, value) =>
        value?.type === 'Buffer' ? `\\x${Buffer.from(value.data).toString('hex')}` : value,
      ),
    ],
  );
