import type { Blobs } from '../../blobs/index.ts';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { KeyStore, Sealer } from '../../engine/seal/index.ts';

export type DocumentDeps = {
  readonly engine: Engine;
  readonly reader: Reader;
  readonly sealer: Sealer;
  readonly keys: Pick<KeyStore, 'isErased'>;
  readonly blobs: Blobs;
  /** Bytes of an upload at most. */
  readonly uploadLimit: number;
};
