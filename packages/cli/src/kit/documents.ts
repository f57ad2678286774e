import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@countersign/sdk';
import { UsageError } from './errors.ts';
import { assignment } from './fields.ts';
import type { Output } from './io.ts';

export type DocumentVersion = { readonly document: string; readonly version: number };

/** `slot=file` as typed; refuses what is no file before anything is sent. */
export function filesFrom(given: readonly string[]): (readonly [slot: string, file: string])[] {
  const files = given.map(assignment);
  for (const [, file] of files) if (!statSync(file).isFile()) throw new UsageError(`${file} is not a file.`);
  return files;
}

/** Uploads files and returns them by slot. `key`: the idempotency key of the command that they are for. */
export async function uploadAll(
  client: Client,
  files: readonly (readonly [slot: string, file: string])[],
  key: string | undefined,
  output: Output,
): Promise<{ [slot: string]: DocumentVersion[] }> {
  const documents: { [slot: string]: DocumentVersion[] } = {};
  for (const [i, [slot, file]] of files.entries()) {
    output.note(`Uploading ${file} …`);
    const { data } = await client.uploadDocument({
      body: () => createReadStream(file),
      fileName: path.basename(file),
      ...(key === undefined ? {} : { idempotencyKey: `${key}:document:${i}` }),
    });
    documents[slot] = [...(documents[slot] ?? []), { document: data.id, version: 1 }];
  }
  return documents;
}
