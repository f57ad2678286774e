import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Verification, type VerifyOptions, verifyExport } from '@countersign/ledger';
import pg from 'pg';
import { appUrl, withDatabase } from '../../apps/server/src/db/migrate-roles.ts';
import { openWorld, type World } from '../../apps/server/src/engine/readers/world.test-kit.ts';
import {
  assertLogs,
  type Checkpoints,
  checkpoints,
  declareRestore,
  fileLogKeys,
  LogContradicted,
  type OutsideCheckpoints,
  outsideCheckpoints,
  type SignedCheckpoint,
} from '../../apps/server/src/engine/tree/index.ts';
import { exportLines } from '../../apps/server/src/modules/audit/audit.export.ts';
import { rerun } from '../../packages/cli/src/verify/reexecute.ts';
import type { TestDatabase } from '../harness/index.ts';

/** A database and a data directory as they stood at some time, to be copied for each harm. */
export type Standing = { readonly database: TestDatabase; readonly data: string };

export type Tree = {
  readonly world: World;
  readonly checkpoints: Checkpoints;
  readonly outside: OutsideCheckpoints;
};

export type Scene = Tree & {
  /** Superuser, with triggers off: whoever has the machine. */
  sql(text: string, values?: unknown[]): Promise<void>;
  /** What a server says that is started on this: the code of its refusal, or `serves`. */
  starts(): Promise<string>;
  /** Of an export, as a server that still runs would make it. */
  lines(environment: string): Promise<string[]>;
  /** Exports, and verifies with what somebody kept. */
  verify(environment: string, kept: VerifyOptions): Promise<Verification>;
  declare(environment: string): Promise<SignedCheckpoint>;
  close(): Promise<void>;
};

/** A copy of the database under a name of its own; nobody may be connected to the original. */
export async function copyOf(standing: Standing): Promise<Standing> {
  const name = `${standing.database.name}_${randomBytes(4).toString('hex')}`;
  await onServer(standing.database, (admin) =>
    admin.query(`create database ${name} template ${standing.database.name}`),
  );
  const ownerUrl = withDatabase(standing.database.ownerUrl, name);
  const data = mkdtempSync(path.join(os.tmpdir(), 'countersign-tamper-'));
  cpSync(standing.data, data, { recursive: true });
  const drop = async (): Promise<void> => {
    rmSync(data, { recursive: true, force: true });
    await onServer(standing.database, (admin) => admin.query(`drop database if exists ${name} with (force)`));
  };
  return { database: { name, ownerUrl, url: appUrl(ownerUrl), drop }, data };
}

async function onServer(database: TestDatabase, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: withDatabase(database.ownerUrl, 'postgres') });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

/** A process of ours on a database and a data directory, without HTTP: what signs, exports and refuses to start. */
export async function treeOn({ database, data }: Standing): Promise<Tree> {
  const world = await openWorld(database, { data });
  const outside = outsideCheckpoints(path.join(data, 'checkpoints'));
  const keys = fileLogKeys(path.join(data, 'log-keys'));
  return {
    world,
    outside,
    checkpoints: checkpoints({ pool: world.pool, reader: world.reader, keys, outside }),
  };
}

export async function sceneOf(standing: Standing): Promise<Scene> {
  const copy = await copyOf(standing);
  const owner = new pg.Client({ connectionString: copy.database.ownerUrl });
  await owner.connect();
  await owner.query("set session_replication_role = 'replica'");
  const tree = await treeOn(copy);
  const guard = { reader: tree.world.reader, checkpoints: tree.checkpoints, outside: tree.outside };
  const lines = async (environment: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const line of await exportLines(guard, environment, 0)) found.push(line.slice(0, -1));
    return found;
  };
  return {
    ...tree,
    async sql(text, values) {
      await owner.query(text, values);
    },
    async starts() {
      try {
        await assertLogs(guard);
        return 'serves';
      } catch (error) {
        if (error instanceof LogContradicted) return error.code;
        if (error instanceof Error && 'code' in error) return String(error.code);
        throw error;
      }
    },
    lines,
    verify: async (environment, kept) =>
      verifyExport(await lines(environment), { reexecute: rerun().reexecute, ...kept }),
    declare: (environment) =>
      declareRestore({ ...guard, engine: tree.world.engine, environment, wall: () => Date.UTC(2026, 5, 1) }),
    async close() {
      await owner.end();
      await tree.world.close();
      await copy.database.drop();
    },
  };
}

/** `code@seq` of what was found first, or the verdict. */
export function said(result: Verification): string {
  if (result.verdict !== 'broken') return result.verdict;
  const { code, seq, within } = result.fault;
  const place = seq ?? (within === null ? 'none' : `${within.first}-${within.last}`);
  return `${code}@${place}`;
}
