import { cpSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Receipt } from '@countersign/ledger';
import type { SignedCheckpoint } from '../../apps/server/src/engine/tree/index.ts';
import { company, file, placeOf } from '../../apps/server/src/modules/requests/requests.testkit.ts';
import { openTestServer } from '../support/server.ts';
import { copyOf, type Standing, treeOn } from './world.ts';

export type Base = {
  /** A backup that was made at `early.size` entries. */
  readonly backup: Standing;
  /** Signed up to `signed.size`; two entries later stand in no checkpoint. */
  readonly standing: Standing;
  readonly environment: string;
  readonly other: string;
  readonly early: SignedCheckpoint;
  readonly signed: SignedCheckpoint;
  /** Of every entry, as the clients got them. */
  readonly receipts: readonly Receipt[];
  readonly last: number;
  /** A decision in the middle that others of its stream follow. */
  readonly victim: number;
  /** The next entry of that stream. */
  readonly next: number;
  /** The last entry of a stream, signed. */
  readonly lone: number;
};

/** A real log: people, a definition, requests decided over HTTP; then the server is stopped. */
export async function makeBase(): Promise<Base> {
  const server = await openTestServer();
  const { api, environment, database, data } = server;
  const people = await company(api);
  const receipts: Receipt[] = [];
  const decide = async (id: string, digest: string, person: string): Promise<number> => {
    const { seq, leaf } = await api.ok('decideAssignment', {
      params: { assignment: await placeOf(api, id, person) },
      body: { decision: 'approve', revision: digest, comment: 'seen' },
      actFor: person,
    });
    receipts.push({ seq, leaf });
    return seq;
  };
  const { ann = '', bob = '', cyd = '' } = people;
  const first = await file(api, '5000.00', { iban: 'DE02120300000000202051' });
  const victim = await decide(first.id, first.revision.digest, ann);
  const small = await file(api, '10.00');
  const lone = await decide(small.id, small.revision.digest, ann);
  const next = await decide(first.id, first.revision.digest, bob);
  await decide(first.id, first.revision.digest, cyd);
  await Promise.all(server.stops.map((stop) => stop()));

  // What follows is done by processes that sign when they are asked to, and never on their own.
  const live: Standing = { database, data: mkdtempSync(path.join(os.tmpdir(), 'countersign-base-')) };
  cpSync(data, live.data, { recursive: true });
  const tree = await treeOn(live);
  const other = await tree.world.environment();
  const grow = async (env: string, n: number): Promise<void> => {
    for (let i = 0; i < n; i += 1) {
      const { seq, leafHash } = await tree.world.append(env, `environment/note-${i % 2}`);
      if (env === environment) receipts.push({ seq, leaf: leafHash });
    }
  };
  await grow(other, lone + 2);
  await tree.checkpoints.atHead(other);
  const early = await tree.checkpoints.atHead(environment);
  await tree.world.close();
  const backup = await copyOf(live);
  const later = await treeOn(live);
  Object.assign(tree, later);
  await grow(environment, 4);
  const signed = await later.checkpoints.atHead(environment);
  await grow(environment, 2);
  await later.world.close();
  const last = signed.size + 2;
  return { backup, standing: live, environment, other, early, signed, receipts, last, victim, next, lone };
}
