import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** The account that runs PostgreSQL when we are root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** "nobody" on every Unix that we run on; PostgreSQL refuses to run as root. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/** Undefined for an ordinary user: PostgreSQL then runs as that user. */
export function serverAccount(dataDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = fs.existsSync(dataDir) ? fs.statSync(dataDir) : undefined;
  return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

const POINTER = 'location';
const ROOT_HOME = '/var/lib/countersign';

/**
 * Where the database really lives. An unprivileged account cannot pass a closed directory such as /root (0700);
 * then the data stands under /var/lib/countersign and a file named "location" in `dataDir` says so.
 */
export function reachableDirectory(dataDir: string, account: Account | undefined): string {
  const wanted = path.resolve(dataDir);
  if (account === undefined) return wanted;
  const pointer = path.join(wanted, POINTER);
  if (fs.existsSync(pointer)) return fs.readFileSync(pointer, 'utf8').trim();
  if (canPass(path.dirname(wanted), account)) return wanted;
  const elsewhere = path.join(ROOT_HOME, randomUUID());
  fs.mkdirSync(ROOT_HOME, { recursive: true, mode: 0o755 });
  fs.mkdirSync(wanted, { recursive: true, mode: 0o700 });
  fs.writeFileSync(pointer, `${elsewhere}\n`, { flag: 'wx' });
  // For the person who wonders later whose database this is.
  fs.writeFileSync(`${elsewhere}.for`, `${wanted}\n`);
  return elsewhere;
}

function canPass(directory: string, account: Account): boolean {
  if (!fs.existsSync(directory)) return canPass(path.dirname(directory), account);
  const { uid, gid, mode } = fs.statSync(directory);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = path.dirname(directory);
  return parent === directory || canPass(parent, account);
}

/** Makes `directory` (and its parents), closed to everyone but the server's account and root. */
export function makePrivateDirectory(directory: string, account: Account | undefined): void {
  fs.mkdirSync(path.dirname(directory), { recursive: true });
  fs.mkdirSync(directory, { mode: 0o700 });
  if (account !== undefined) fs.chownSync(directory, account.uid, account.gid);
}
