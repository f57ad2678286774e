import { randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { RouteId } from '@countersign/contract';
import type { TestDatabase } from '../../../../../test/harness/index.ts';
import { active, member, requestsOf } from '../../engine/readers/requests.test-kit.ts';
import { openWorld } from '../../engine/readers/world.test-kit.ts';
import { fileKeyStore, masterKey, SEAL_ENTROPY_BYTES, sealer } from '../../engine/seal/index.ts';
import { checkpoints, fileLogKeys, outsideCheckpoints } from '../../engine/tree/index.ts';
import type { Call } from '../../http/call.ts';
import { auditHandlers } from '../audit/index.ts';
import { eventHandlers } from '../events/index.ts';
import { erasureHandlers } from './index.ts';

/** A person's name, address and reason for leave. */
export const NAMES = [
  'Ingeborg Przybylska-Okonkwo',
  'ingeborg.przybylska@example.com',
  'Her knee, since the accident in Löwenstein',
];

const DEFINITION = `
definition: leave
title: Leave
fields:
  cause: { type: text, personal: true }
route:
  - approve: lead
    by: { group: lead }
`;

/** One environment with its keys, and what the slices on erasures work on. */
export async function openErasures(database: TestDatabase, data: string) {
  fs.mkdirSync(data, { recursive: true });
  const world = await openWorld(database, { data });
  const openKeys = () =>
    fileKeyStore({
      directory: path.join(data, 'keys'),
      master: masterKey(Buffer.alloc(32, 7)),
      onError: (error) => {
        throw error;
      },
    });
  const keys = await openKeys();
  const seals = sealer(keys, world.reader, 1 << 20);
  const environment = await world.environment();
  const requests = await requestsOf(world, environment, DEFINITION);
  const principal = {
    environment,
    serviceAccount: 'svc_018f0000-0000-7000-8000-000000000001',
    key: 'key_1',
    scopes: new Set(),
    definitions: null,
  };

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
      principal,
      actFor: null,
      idempotencyKey: key,
      requestDigest: Buffer.alloc(32, 1),
      ifMatch: null,
      correlationId: 'c-1',
      ...parts,
    };
    return call as Call<Id>;
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

  async function close(): Promise<void> {
    keys.close();
    await world.close();
  }

  return {
    world,
    keys,
    openKeys,
    seals,
    environment,
    requests,
    callOf,
    parts,
    seal,
    someone,
    exported,
    close,
  };
}
