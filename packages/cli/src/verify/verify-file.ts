import { createReadStream, statSync } from 'node:fs';
import {
  readLines,
  type Verification,
  type VerifiedEntry,
  type VerifyOptions,
  verifyExport,
} from '@countersign/ledger';
import { aFile } from '../kit/files.ts';
import type { Io } from '../kit/io.ts';
import { progress, span } from '../kit/progress.ts';
import { rerun } from './reexecute.ts';

export type Verified = {
  readonly verification: Verification;
  readonly notDecided: number;
  readonly ms: number;
};

/** Verifies the export in a file and runs its decisions again. Streams; needs no network. */
export async function verifyFile(
  file: string,
  options: Omit<VerifyOptions, 'reexecute'>,
  io: Io,
  see?: (entry: VerifiedEntry) => void,
): Promise<Verified> {
  const began = Date.now();
  const total = statSync(aFile(file)).size;
  const shown = progress(io);
  const { reexecute, notDecided } = rerun(see);
  let read = 0;
  const chunks = async function* () {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal: io.signal })) {
      read += chunk.length;
      shown.at(() => {
        const left = ((Date.now() - began) / read) * (total - read);
        return `Verifying … ${Math.floor((100 * read) / total)} %, ${span(left)} left`;
      });
      yield chunk as Uint8Array;
    }
  };
  try {
    const verification = await verifyExport(readLines(chunks()), { ...options, reexecute });
    return { verification, notDecided: notDecided(), ms: Date.now() - began };
  } finally {
    shown.end();
  }
}
